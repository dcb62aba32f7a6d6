// The page in a browser: nothing yet.
export {};
