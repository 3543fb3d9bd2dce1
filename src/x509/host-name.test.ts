import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "../errors/codes";
import { codeOf, cryptoBoard, messagePlace } from "./board.testing";
import { certificate, element, extension, keys, sequence, subjectAltName } from "./certificates.testing";
import { namesHost } from "./host-name";
import { ExtensionId, readExtensions, readOutline } from "./outline";

const pair = keys("P-256");
const board = cryptoBoard();

/** Whether a certificate with that extension names the host. */
function names(altName: Buffer, host: string): boolean {
  const cert = certificate(pair, pair, { extensions: [altName] });
  return namesHost(board, cert, readExtensions(cert, readOutline(cert).extensions)[ExtensionId.subjectAltName], host, messagePlace) === 1;
}

describe("names that match", () => {
  test.each([
    ["api.github.com", "api.github.com"],
    ["API.GitHub.COM", "api.github.com"],
    ["api.github.com", "API.github.com"],
    ["*.github.com", "api.github.com"],
    ["*.GitHub.com", "Api.gitHub.com"],
    ["*.a.b.c.d", "x.a.b.c.d"],
    ["localhost", "localhost"],
  ])("%s names %s", (name, host) => {
    expect(names(subjectAltName("first.test", name, "*.last.test"), host)).toBe(true);
  });

  test("the longest one, of 253 characters", () => {
    const longest = `${"a".repeat(62)}.`.repeat(4).slice(0, 252) + "z";
    expect(names(subjectAltName(longest), longest)).toBe(true);
  });
});

describe("names that do not match", () => {
  test.each([
    ["github.com", "api.github.com"],
    ["api.github.com", "github.com"],
    ["xapi.github.com", "api.github.com"],
    ["api.github.com.evil.test", "api.github.com"],
    ["api.github.com\0.evil.test", "api.github.com"],
    ["api.github.com.", "api.github.com"],
    ["*.github.com", "github.com"],
    ["*.github.com", "a.api.github.com"],
    ["*.com", "github.com"],
    ["*", "localhost"],
    ["*", "github.com"],
    ["*.", "github."],
    ["*.*.com", "api.github.com"],
    ["api.*.com", "api.github.com"],
    ["a*.github.com", "api.github.com"],
    ["*pi.github.com", "api.github.com"],
    ["**.github.com", "api.github.com"],
    ["", "api.github.com"],
    ["*api.github.com", "api.github.com"],
    // An IP address is no DNS name, whatever a dNSName says.
    ["192.168.1.4", "192.168.1.4"],
    ["*.168.1.4", "192.168.1.4"],
    ["::1", "::1"],
  ])("%s does not name %s", (name, host) => {
    expect(names(subjectAltName(name), host)).toBe(false);
  });

  test("other kinds of names: mail, URI, IP address, directory name", () => {
    const kinds = [0x81, 0x86, 0x87, 0x88, 0xa0, 0xa4].map((tag) => element(tag, Buffer.from("api.github.com")));
    expect(names(extension("2.5.29.17", sequence(...kinds)), "api.github.com")).toBe(false);
    expect(names(extension("2.5.29.17", sequence(element(0x87, Buffer.from([192, 168, 1, 4])))), "192.168.1.4")).toBe(false);
  });

  test("a name that is longer than any", () => {
    const long = "a".repeat(300);
    expect(names(subjectAltName(long, "x.test"), long)).toBe(false);
    expect(names(subjectAltName(long, "x.test"), "x.test")).toBe(true);
  });
});

test("a malformed one is found even behind the name that matches", () => {
  const malformed = [
    element(0x0c, Buffer.from("x")),
    element(0x89, Buffer.from("x")),
    Buffer.from([0x82, 5, 0x78]),
    Buffer.from([0x82, 0x81, 1, 0x78]),
  ];
  for (const name of malformed) {
    const altName = extension("2.5.29.17", sequence(element(0x82, Buffer.from("x.test")), name));
    expect(codeOf(() => names(altName, "x.test"))).toBe(ErrorCode.certificate_malformed);
  }
});

test("as Node sees it, for random names", () => {
  const labels = ["*", "a", "b", "api", "A", "x-y"];
  const pick = () => labels[Math.floor(Math.random() * labels.length)];
  const make = () => Array.from({ length: 1 + Math.floor(Math.random() * 4) }, pick).join(".");
  let matches = 0;
  for (let i = 0; i < 400; i++) {
    const name = make();
    const host = (i % 2 ? make() : name).replaceAll("*", "b");
    const cert = certificate(pair, pair, { extensions: [subjectAltName(name)] });
    const node = new X509Certificate(cert).checkHost(host, { wildcards: true, partialWildcards: false, multiLabelWildcards: false });
    expect([name, host, names(subjectAltName(name), host)]).toEqual([name, host, node !== undefined]);
    if (node) matches++;
  }
  expect(matches).toBeGreaterThan(50);
});
