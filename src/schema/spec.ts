export const specSchema = (_: unknown) => ({});
