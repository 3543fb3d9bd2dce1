/** What `npm run memory` measures. The stand-in's leaf has 1.2 KB and its chain 3.1 KB, as api.github.com's; 30 statuses make 37 KB. */
import type { MemoryCase } from "./memory";
import { gitHub, gitHubAndPublish } from "./stage";

const long = { recordSize: 16384, statuses: 30 };

export const memoryCases: MemoryCase[] = [
  { name: "records of 512 bytes", stage: gitHub({ recordSize: 512 }) },
  { name: "records of 16 KB", stage: gitHub(long) },
  { name: "records of 16 KB, chunked", stage: gitHub({ ...long, framing: "chunked" }) },
  { name: "records of 16 KB, AES-128-GCM", stage: gitHub({ ...long, ciphers: "TLS_AES_128_GCM_SHA256" }) },
  { name: "records of 16 KB, RSA-2048", stage: gitHub({ ...long, leafKey: "rsa2048" }) },
  { name: "poll and publish", stage: gitHubAndPublish(), publishes: true },
];
