/** Every size and count that a peer controls has its cap here. */

/** Bytes that wait while work goes on in turns of its own: what a TCP window of the ESP8266 (2,144 bytes) may still bring. */
export const MAX_QUEUED_INPUT = 4096;
/** Records in a row that bring nothing: empty application data, change_cipher_spec. */
export const MAX_USELESS_RECORDS = 8;
/** Handshake messages or long records of them in a row after the handshake, without application data between. */
export const MAX_KEY_UPDATES = 16;
/** Bytes of a certificate in DER, the leaf or an issuer. */
export const MAX_CERTIFICATE = 2048;
/** Certificates in a chain. */
export const MAX_CHAIN = 6;
/** Bytes of a CertificateRequest, the names of the CAs that the server takes included. */
export const MAX_CERTIFICATE_REQUEST = 8192;
/** Bytes of a handshake message other than Certificate and CertificateRequest: At.message. */
export const MAX_MESSAGE = 528;
/** Bytes of a HelloRetryRequest's cookie: the second ClientHello has to fit At.message. */
export const MAX_COOKIE = 128;

/** Bytes of one line of a response's head: the status line, a header or trailer line, a chunk's size line. */
export const MAX_HEAD_LINE = 1024;
/** Header and trailer lines of a response, interim responses (1xx) included. */
export const MAX_HEAD_LINES = 100;
/** Bytes of an ETag that is remembered. */
export const MAX_ETAG = 128;
/** Bytes of a header's values that are kept because someone asked for them. */
export const MAX_KEPT_HEADER = 512;
/** Bytes of a response's body, however it streams. */
export const MAX_BODY = 1048576;
/** Bytes of a request, head and body. */
export const MAX_REQUEST = 2048;
/** Bytes of a Certificate message, the chain in all. */
export const MAX_CERTIFICATE_MESSAGE = 16384;
