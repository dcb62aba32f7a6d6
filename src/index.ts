// The public API, usable in a browser too: text -> graph -> analysis -> report.

export { analyze } from './analysis/analyze.js';
