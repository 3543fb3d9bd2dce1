/** What `npm run memory` measures. The stand-in's leaf has 1.2 KB and its chain 3.1 KB, as api.github.com's; 30 statuses make 37 KB. */
import type { MemoryCase } from "./memory";
import { gitHub, gitHubAndPublish } from "./stage";

const long = { recordSize: 16384, statuses: 30 };

/** 40 KB of check runs. */
const actions = {
  recordSize: 16384,
  actions: true,
  checks: ["build", "test", "lint", "docs"].map((name) => ({ name, status: "completed", conclusion: "success" })),
};

const eightTargets = Array.from({ length: 8 }, (_, i) => ({
  owner: "esp8266",
  repo: `Arduino-${i}`,
  ref: "master",
  ...(i ? {} : { intervalSeconds: 960 }),
}));

export const memoryCases: MemoryCase[] = [
  { name: "records of 512 bytes", stage: gitHub({ recordSize: 512 }) },
  { name: "records of 16 KB", stage: gitHub(long) },
  { name: "records of 16 KB, chunked", stage: gitHub({ ...long, framing: "chunked" }) },
  { name: "records of 16 KB, AES-128-GCM", stage: gitHub({ ...long, ciphers: "TLS_AES_128_GCM_SHA256" }) },
  { name: "records of 16 KB, RSA-2048", stage: gitHub({ ...long, leafKey: "rsa2048" }) },
  { name: "check runs of 40 KB", stage: gitHub(actions) },
  {
    name: "a CA's key, chain of three",
    stage: gitHub(actions, (standIn) => ({
      server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", caKeys: [standIn.identity.caKeySha256] },
    })),
  },
  { name: "eight targets", stage: gitHub({ recordSize: 16384 }, () => ({ status: eightTargets })) },
  { name: "poll and publish", stage: gitHubAndPublish(), publishes: true },
];
