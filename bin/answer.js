// A thread of a sweep: answers the lines that it is given, by what it has been told to ask of each.

const { parentPort, workerData } = require('node:worker_threads');
const { io } = require('./cnncalc.js');
const { load } = require('./load.js');

const answers = load().answerer(workerData, io);

// As text: objects take longer from thread to thread.
parentPort.on('message', async (lines) => parentPort.postMessage(JSON.stringify(await (await answers)(lines))));
