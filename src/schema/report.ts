// placeholder
export const reportSchema = () => ({});
