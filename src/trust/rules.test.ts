import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cryptoBoard, messagePlace } from "../x509/board.testing";
import {
  basicConstraints,
  certificate,
  clientAuth,
  commonName,
  extendedKeyUsage,
  keys,
  keyUsage,
  serverAuth,
  subjectAltName,
  time,
} from "../x509/certificates.testing";
import { derContents } from "../x509/der";
import { readOutline } from "../x509/outline";
import { readTime, timeText } from "../x509/time";
import { checkRules, Role } from "./rules";

const kinds = ["P-256", "P-384", "ed25519", 2048] as const;
const random = (n: number) => Math.floor(Math.random() * n);
const randomDate = () => new Date(Date.UTC(1950 + random(140), random(12), 1 + random(28), random(24), random(60), random(60)));

test("parts, dates and uses of random certificates, as Node reads them", () => {
  const board = cryptoBoard();
  const ca = keys("P-256", "ca");
  for (let i = 0; i < 300; i++) {
    const isCa = random(2) === 1;
    const purposes = [serverAuth, clientAuth].slice(random(2));
    const pair = keys(kinds[i % kinds.length]);
    const cert = certificate(pair, ca, {
      subject: commonName("s".repeat(random(64))),
      issuer: commonName("i".repeat(random(64))),
      notBefore: time(randomDate()),
      notAfter: time(randomDate()),
      extensions: [
        basicConstraints(isCa),
        keyUsage(isCa ? 0x04 : 0x80),
        extendedKeyUsage(...purposes),
        subjectAltName("x".repeat(random(200))),
      ],
    });
    const node = new X509Certificate(cert);
    const outline = readOutline(cert);
    const part = (from: number, to: number) => cert.subarray(from, to).toString("hex");
    expect(part(outline.key, outline.keyEnd)).toBe(node.publicKey.export({ type: "spki", format: "der" }).toString("hex"));
    expect(cert.subarray(outline.subject, outline.key).toString("latin1")).toContain(node.subject.replace("CN=", ""));
    expect(cert.subarray(outline.issuer, outline.validity).toString("latin1")).toContain(node.issuer.replace("CN=", ""));

    const notBefore = derContents(cert, outline.validity);
    const notAfter = notBefore + 2 + cert[notBefore + 1];
    expect(readTime(board, cert, notBefore, messagePlace)).toBe(timeText(Date.parse(node.validFrom) / 1000));
    expect(readTime(board, cert, notAfter, messagePlace)).toBe(timeText(Date.parse(node.validTo) / 1000));

    // A leaf needs serverAuth, no CA and dates around now; an issuer the same with a CA.
    const now = randomDate();
    const fits = (role: Role) => {
      try {
        checkRules(board, cert, outline, role, timeText(now.getTime() / 1000), messagePlace);
        return true;
      } catch {
        return false;
      }
    };
    const isDated = Date.parse(node.validFrom) <= now.getTime() && now.getTime() <= Date.parse(node.validTo);
    const isForServers = (node.keyUsage ?? []).includes(serverAuth);
    expect([fits(Role.leaf), fits(Role.issuer)]).toEqual([isDated && isForServers && !node.ca, isDated && isForServers && node.ca]);
  }
});

test("the time as text", () => {
  expect(timeText(Date.UTC(2026, 10, 22, 4, 5, 6) / 1000)).toBe("20261122040506Z");
  expect(timeText(0)).toBe("19700101000000Z");
  expect(timeText(2 ** 32)).toBe("21060207062816Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (seconds, fraction) => {
      expect(timeText(seconds + fraction)).toBe(new Date(seconds * 1000).toISOString().replace(/[-T:]|\.000/g, ""));
    }),
  );
});
