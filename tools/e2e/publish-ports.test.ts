/** Publishing to the two ports on which AWS IoT takes it, as such: 443 with ALPN, and 8443. */
import { createServer } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { publishSection } from "../build/client-identity";
import { toBuildConfig } from "../config/build-config";
import { checkConfigText } from "../config/load";
import { type PublishStandIn, startPublishStandIn } from "../github-stand-in/publish";
import { clientFiles, makePeople, type People, startPublisher } from "./publish.testing";

const HOST = "publish.example";
/** Of the loopback's addresses one that nobody else has a reason to use. */
const ADDRESS = "127.0.0.43";
const ALPN = "x-amzn-http-ca";

let people: People;
let server: PublishStandIn | null = null;

beforeAll(async () => {
  people = await makePeople();
});
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Why nothing can listen there; null if something can. */
function obstacle(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, ADDRESS, () => probe.close(() => resolve(null)));
  });
}

/** What a config's section says of where to publish. */
interface Where {
  port?: number;
  alpn?: string;
}

/** Publishes as this section of a config says; gives the last line printed. */
async function publish(section: Where): Promise<string> {
  const text = JSON.stringify({
    wifi: { ssid: "sensor-net", password: "correct horse" },
    server: { host: "api.github.com", fingerprints: [people.foreign.fingerprintSha1] },
    status: { owner: "esp8266", repo: "Arduino", ref: "master" },
    publish: { host: HOST, address: ADDRESS, path: "/topics/builds", fingerprints: [people.server.fingerprintSha1], ...section },
  });
  const config = toBuildConfig(checkConfigText(text, "config"), clientFiles(people.client));
  return (await startPublisher(publishSection(config.publish!)).publish()).at(-1)!;
}

const ports: { port: number; isDemanded: boolean; host: string; sections: Where[] }[] = [
  { port: 443, isDemanded: true, host: HOST, sections: [{ port: 443, alpn: ALPN }, { alpn: ALPN }] },
  { port: 8443, isDemanded: false, host: `${HOST}:8443`, sections: [{ port: 8443 }, { port: 8443, alpn: ALPN }] },
];

describe.each(ports)("port $port", async ({ port, isDemanded, host, sections }) => {
  const why = await obstacle(port);
  describe.skipIf(why)(why ? `(skipped: ${ADDRESS} port ${port} cannot be listened on, ${why})` : `of ${ADDRESS}`, () => {
    test.each(sections)("%o: the server sees name, protocol and host as they should be", async (section) => {
      const demand = isDemanded ? { alpn: ALPN } : {};
      server = await startPublishStandIn({ clientCa: people.ca, identity: people.server, address: ADDRESS, port, ...demand });
      expect(await publish(section)).toBe("publish: completed successfully");
      expect(server.requests).toMatchObject([
        { serverName: HOST, alpn: section.alpn ?? "", client: "*.github.com", target: "/topics/builds", headers: { host } },
      ]);
    });
  });
});
