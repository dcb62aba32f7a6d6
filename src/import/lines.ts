// Texts of other programs with lines that end as they do here. Nothing else is changed, and columns stay what they are.

export const withLines = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
