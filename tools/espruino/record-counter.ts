/** Counts the TLS records in a stream of bytes (RFC 8446 section 5.1). */
const headerBytes = 5;

export class RecordCounter {
  /** Records that came whole. */
  count = 0;
  private rest: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): void {
    let rest = Buffer.concat([this.rest, bytes]);
    while (rest.length >= headerBytes && rest.length >= headerBytes + rest.readUInt16BE(3)) {
      rest = rest.subarray(headerBytes + rest.readUInt16BE(3));
      this.count++;
    }
    this.rest = rest;
  }
}
