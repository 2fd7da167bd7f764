// What check.c does, in WebAssembly: `node check.mjs MODULE VECTORS`.
//
// Exits with 0 if every state agrees with the recorded one, with 1 if not, and with 2 if the module wants anything from
// its host: then it would not stand alone, and the panic handler would be among what it wants.
import { readFileSync } from "node:fs";

const [path, vectors] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));
const imports = WebAssembly.Module.imports(module);
if (imports.length !== 0) {
  console.error("imports:", imports.map(({ name }) => name).join(", "));
  process.exit(2);
}
const { memory, ...o1 } = new WebAssembly.Instance(module).exports;

// A page of our own, for everything that is passed by address.
const base = memory.grow(1) * 65536;
const [PARAMETERS, SYNAPSE, AGAIN, NARROW, STATE, BITS] = [0, 64, 128, 192, 256, 320].map((at) => base + at);
const parameters = new Uint8Array(memory.buffer, PARAMETERS, 8);
const state = new Int32Array(memory.buffer, STATE, 4);

const FIXED = "16,12,8,4,4,0,0,0";
const numbers = readFileSync(vectors, "utf8").split(",").slice(0, -1).map(Number);
let at = 0;
const take = (n) => numbers.slice(at, (at += n));

function agree(snapshot, synapse, expected, what) {
  snapshot(synapse, STATE);
  if (state.some((value, k) => value !== expected[k])) {
    console.error(`${what}: ${state} instead of ${expected}, before number ${at} of ${vectors}`);
    process.exit(1);
  }
}

function succeed(done, what) {
  if (!done) {
    console.error(`${what} refused, before number ${at} of ${vectors}`);
    process.exit(1);
  }
}

// A bank and a crossbar whose synapses all see the same spikes, in words of so many bits.
const ROOM = 80;
const [BANK, ROWS, COLUMNS] = [65, 3, 5];
const [PRE, POST] = [1024, 1152].map((at) => base + at);
function many(bits, offset) {
  const [Unsigned, Signed] = bits === 16 ? [Uint16Array, Int16Array] : [Uint32Array, Int32Array];
  const size = (ROOM * bits) / 8;
  const [bank, crossbar] = [base + offset, base + offset + 4 * size].map((start) => ({
    start,
    arrays: [Unsigned, Unsigned, Unsigned, Signed].map((Numbers, k) => new Numbers(memory.buffer, start + k * size, ROOM)),
  }));
  const agreeAll = ({ arrays: [w, x, y, e] }, n, [row, column], expected, what) => {
    for (let k = 0; k < n; k++) {
      const got = [w[k], x[row(k)], y[column(k)], e[k]];
      if (got.some((value, k) => value !== expected[k])) {
        console.error(`${what}${bits}: ${got} instead of ${expected}, before number ${at} of ${vectors}`);
        process.exit(1);
      }
    }
  };
  return {
    begin(weight) {
      for (const { arrays: [w, ...others] } of [bank, crossbar]) {
        w.fill(weight);
        others.forEach((array) => array.fill(0));
      }
    },
    step(pre, post, reward, expected) {
      const spikes = (byte) => [PRE, POST].forEach((at, k) => new Uint8Array(memory.buffer, at, ROOM).fill([pre, post][k] * byte));
      spikes(0xff);
      succeed(o1[`o1_bank_step${bits}`](bank.start, BANK, PARAMETERS, PRE, POST, reward), "o1_bank_step");
      agreeAll(bank, BANK, [(k) => k, (k) => k], expected, "o1_bank_step");
      spikes(1);
      const crossed = o1[`o1_crossbar_step${bits}`](crossbar.start, ROWS, COLUMNS, PARAMETERS, PRE, POST, reward);
      succeed(crossed, "o1_crossbar_step");
      agreeAll(crossbar, ROWS * COLUMNS, [(k) => Math.trunc(k / COLUMNS), (k) => k % COLUMNS], expected, "o1_crossbar_step");
    },
  };
}
const [many16, many32] = [many(16, 2048), many(32, 8192)];

let nSteps = 0;
for (let [nCases] = take(1); nCases > 0; nCases--) {
  parameters.set(take(8));
  const isFixed = parameters.join() === FIXED;
  const [weight, n] = take(2);
  let expected;
  succeed(o1.o1_new(SYNAPSE, PARAMETERS, weight), "o1_new");
  o1.o1_new16(NARROW, Math.min(weight, 0xffff));
  o1.o1_snapshot(SYNAPSE, STATE);
  const forms = parameters[0] <= 16 && parameters[1] <= 16 ? [many16, many32] : [many32];
  forms.forEach((form) => form.begin(state[0]));
  for (let step = 0; step < n; step++) {
    const [pre, post, reward, ...after] = take(7);
    expected = after;
    o1.o1_step(SYNAPSE, pre, post, reward);
    agree(o1.o1_snapshot, SYNAPSE, expected, "o1_step");
    if (isFixed) {
      o1.o1_step16(NARROW, pre, post, reward);
      agree(o1.o1_snapshot16, NARROW, expected, "o1_step16");
    }
    forms.forEach((form) => form.step(pre, post, reward, expected));
    nSteps++;
  }
  o1.o1_to_bits(SYNAPSE, BITS);
  succeed(o1.o1_from_bits(AGAIN, PARAMETERS, BITS), "o1_from_bits");
  agree(o1.o1_snapshot, AGAIN, expected, "o1_from_bits");
  succeed(o1.o1_restore(AGAIN, PARAMETERS, STATE), "o1_restore");
  agree(o1.o1_snapshot, AGAIN, expected, "o1_restore");
}
if (at !== numbers.length || Number.isNaN(numbers.at(-1)) || nSteps === 0) {
  console.error("the vectors end early or late");
  process.exit(1);
}
