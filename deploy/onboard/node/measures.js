#!/usr/bin/env node
// A department's client: watches its orders, carries them out, reports, and confirms what it lifted.
//
//   npm install && node measures.js [--config client.json] [--once] [--watch-seconds N]
//
// --once handles what is open and ends; else it goes on with what comes, from the cursor it keeps. Put
// your own code into `carryOut` and `reverse`. Messages come from the descriptor set; nothing is generated.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const DEADLINE_MS = 10000;
const PAGE = 100;

// What the department does in its own system.
function carryOut(measure) {
  console.log(`carried out: ${measure.title} against ${measure.party.name} (${measure.name})`);
  return { outcome: 'MEASURE_OUTCOME_APPLIED', note: '已在业务系统中设置' };
}

// The same backwards.
function reverse(measure) {
  console.log(`reversed: ${measure.title} (${measure.name})`);
  return '已在业务系统中解除';
}

function connect(config, folder) {
  const read = (name) => fs.readFileSync(path.resolve(folder, config.pki, name));
  const set = fs.readFileSync(path.resolve(folder, config.descriptors));
  const definition = loader.loadFileDescriptorSetFromBuffer(set, {
    keepCase: true, longs: String, enums: String, defaults: true, oneofs: true,
  });
  const shian = grpc.loadPackageDefinition(definition).shian;
  const credentials = grpc.credentials.createSsl(read('ca.crt'), read(`${config.system}.key`),
    read(`${config.system}.crt`));
  const options = { 'grpc.ssl_target_name_override': 'sanction.shian.internal' };
  return {
    measures: new shian.sanction.v1.MeasureService(config.address, credentials, options),
    feed: new shian.ledger.v1.FeedService(config.address, credentials, options),
  };
}

function call(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, { deadline: Date.now() + DEADLINE_MS },
      (error, answer) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(answer)));
  });
}

// The same for the same act, in the form of a UUID: a repeated call is answered as the first time.
function requestId(measure, act) {
  const hash = crypto.createHash('sha1').update(`${measure.name}/${act}`).digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

async function report(client, measure, act, outcome, note) {
  const answer = await call(client, 'ReportMeasureOutcome',
    { name: measure.name, request_id: requestId(measure, act), outcome, note });
  return answer.measure;
}

// Brings one measure as far as the department can.
async function handle(client, found) {
  let measure = found;
  if (measure.state === 'MEASURE_STATE_ORDERED') {
    const answer = await call(client, 'AcknowledgeMeasure',
      { name: measure.name, request_id: requestId(measure, 'acknowledge') });
    measure = answer.measure;
  }
  if (measure.state === 'MEASURE_STATE_ACKNOWLEDGED') {
    const { outcome, note } = carryOut(measure);
    measure = await report(client, measure, 'report', outcome, note);
  }
  if (measure.state === 'MEASURE_STATE_LIFTING') {
    measure = await report(client, measure, 'lift', 'MEASURE_OUTCOME_LIFTED', reverse(measure));
  }
  return measure;
}

async function handleOpen(client) {
  for (const state of ['ORDERED', 'ACKNOWLEDGED', 'LIFTING']) {
    let page = '';
    do {
      const answer = await call(client, 'ListMeasures',
        { state: `MEASURE_STATE_${state}`, page_size: PAGE, page_token: page });
      for (const measure of answer.measures) await handle(client, measure);
      page = answer.next_page_token;
    } while (page !== '');
  }
}

// A fact says that something is new; what is true is asked of the service.
async function follow(clients, config, cursorFile, seconds) {
  const cursor = fs.existsSync(cursorFile) ? fs.readFileSync(cursorFile, 'utf8') : '';
  const stream = clients.feed.Watch({ cursor, type_prefixes: [`shian.sanction.measure.${config.system}.`] },
    seconds ? { deadline: Date.now() + seconds * 1000 } : {});
  try {
    for await (const answer of stream) {
      if (answer.batch && answer.batch.facts.length > 0) await handleOpen(clients.measures);
      fs.writeFileSync(cursorFile, (answer.batch || answer.heartbeat).cursor);
    }
  } catch (error) {
    if (error.code !== grpc.status.DEADLINE_EXCEEDED) throw error;
  }
}

async function main() {
  const value = (name, fallback) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? fallback : process.argv[at + 1];
  };
  const configFile = path.resolve(value('--config', path.join(__dirname, 'client.json')));
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8'));
  const folder = path.dirname(configFile);
  const clients = connect(config, folder);
  await handleOpen(clients.measures);
  if (!process.argv.includes('--once')) {
    await follow(clients, config, path.join(folder, 'cursor'), Number(value('--watch-seconds', 0)));
  }
  clients.measures.close();
  clients.feed.close();
}

main().catch((error) => {
  console.error(`measures: ${error.message}`);
  process.exit(1);
});
