// Runs emulate's GitHub for the tests: one JSON command a line comes in, one JSON answer a line goes out, and it ends when its input ends.
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { createEmulator } from "emulate";

// Every date that emulate writes down is the one that the tests last named, so that two runs write the same bytes.
let now = Date.now();
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }
  static now() {
    return now;
  }
};

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

let emulator;
let port;

async function start({ baseUrl, seed }) {
  await emulator?.close();
  port ??= await freePort();
  for (const app of seed.github.apps) app.private_key = privateKey;
  emulator = await createEmulator({ service: "github", hostname: "127.0.0.1", port, baseUrl, seed });
  return { port };
}

async function token({ app, installation, ...wish }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(now / 1000);
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: app, iat: seconds, exp: seconds + 600 })}`;
  const signature = createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url");
  const answer = await fetch(`http://127.0.0.1:${port}/app/installations/${installation}/access_tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${text}.${signature}` },
    body: JSON.stringify(wish),
  });
  return await answer.json();
}

async function time({ seconds }) {
  now = seconds * 1000;
  return {};
}

const commands = { start, token, time };
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  const answer = await commands[command](rest).catch((error) => ({ error: String(error?.stack ?? error) }));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit(0);
