// A thread of LiteRT.js under Node. The package's script finds out itself that it runs as one, but its package says that scripts are
// ES modules, which it is not: it is evaluated as CommonJS here, as litert.js does.

const { evaluate, THREADED } = require('./litert-script.cjs');

evaluate(THREADED);
