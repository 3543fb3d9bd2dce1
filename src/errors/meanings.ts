/**
 * What a person at a serial monitor reads of an error: its name, and in one line what it means and what to do. Loaded only when there is
 * something to say: one function, whatever its length, and of its texts only the one that is asked for is ever in memory.
 */
import { usesAlpn, usesClientCertificate, usesPublish } from "../features";
import { ErrorCode } from "./codes";

const again = "; the next poll tries again";

/** @returns "name: meaning" of an ErrorCode; a code that nobody gave a name says so */
export function meaningOf(code: number): string {
  switch (code) {
    case ErrorCode.none:
      return "none: nothing is wrong";

    case ErrorCode.wifi_lost:
      return "wifi_lost: the Wi-Fi connection broke" + again;
    case ErrorCode.wifi_refused:
      return "wifi_refused: the Wi-Fi could not be joined; check wifi.ssid and wifi.password; it must have 2.4 GHz";
    case ErrorCode.host_not_found:
      return "host_not_found: the server's name has no address; check the host and the network's name server";
    case ErrorCode.connection_refused:
      return "connection_refused: nothing accepts connections at that address and port; check them in the config";
    case ErrorCode.connection_reset:
      return "connection_reset: the server or the network broke the connection" + again;
    case ErrorCode.connect_timeout:
      return "connect_timeout: no connection within the time allowed; check address, port and firewall";
    case ErrorCode.response_timeout:
      return "response_timeout: the server did not answer in full within the time allowed" + again;
    case ErrorCode.connection_closed:
      return "connection_closed: the server closed the connection before it was done" + again;
    case ErrorCode.network_failed:
      return "network_failed: the network reported an error of its own; restart the board if it stays";
    case ErrorCode.wifi_timeout:
      return "wifi_timeout: the Wi-Fi was not joined within the time allowed" + again;

    case ErrorCode.bad_record_mac:
      return "bad_record_mac: data was damaged or forged on its way; nothing of it was used";
    case ErrorCode.record_overflow:
      return "record_overflow: the server sent a TLS record larger than the standard allows";
    case ErrorCode.record_type_unexpected:
      return "record_type_unexpected: the server sent a TLS record of a kind that has no place there";
    case ErrorCode.record_version_wrong:
      return "record_version_wrong: the server's TLS records carry a wrong version number";
    case ErrorCode.not_tls:
      return "not_tls: what answers there does not speak TLS; check host and port";
    case ErrorCode.record_empty:
      return "record_empty: the server sent an empty TLS record where one may not be empty";
    case ErrorCode.too_many_records:
      return "too_many_records: the server sent too many TLS records in a row that bring nothing";
    case ErrorCode.truncated:
      return "truncated: the connection ended without TLS's farewell; what came may not be all" + again;
    case ErrorCode.input_overflow:
      return "input_overflow: the server sent more than it may while the board was computing";

    case ErrorCode.decode_error:
      return "decode_error: a TLS message of the server is malformed";
    case ErrorCode.unexpected_message:
      return "unexpected_message: the server sent a TLS message out of order";
    case ErrorCode.unsupported_version:
      return "unsupported_version: the server does not speak TLS 1.3; nothing older is accepted";
    case ErrorCode.downgrade:
      return "downgrade: someone in the path made the server believe that we only speak an older TLS";
    case ErrorCode.illegal_parameter:
      return "illegal_parameter: a TLS message of the server holds a value that is not allowed";
    case ErrorCode.missing_extension:
      return "missing_extension: a TLS message of the server lacks a part that it must have";
    case ErrorCode.unsupported_extension:
      return "unsupported_extension: the server answered to something that was not asked";
    case ErrorCode.duplicate_extension:
      return "duplicate_extension: a TLS message of the server says one thing twice";
    case ErrorCode.bad_cipher_suite:
      return "bad_cipher_suite: the server chose a cipher suite that was not offered";
    case ErrorCode.bad_group:
      return "bad_group: the server chose a key exchange that was not offered";
    case ErrorCode.bad_key_share:
      return "bad_key_share: the server's key share is no valid key";
    case ErrorCode.bad_hello_retry:
      return "bad_hello_retry: the server asked for another hello that would change nothing";
    case ErrorCode.bad_signature:
      return "bad_signature: the server could not prove that the certificate is its own; someone may be in the path";
    case ErrorCode.bad_signature_scheme:
      return "bad_signature_scheme: the server signed in a way that was not offered or does not fit its key";
    case ErrorCode.bad_finished:
      return "bad_finished: the handshake was changed on its way; someone may be in the path";
    case ErrorCode.message_too_large:
      return "message_too_large: a TLS message of the server is larger than this board takes";
    case ErrorCode.too_many_messages:
      return "too_many_messages: the server keeps sending TLS messages that bring nothing";
    case ErrorCode.no_common_signature_scheme:
      return "no_common_signature_scheme: the server asks for a client certificate of a kind that we cannot sign with";
    case ErrorCode.bad_alpn:
      return "bad_alpn: the server chose an application protocol that was not offered; check publish.alpn";
    case ErrorCode.handshake_timeout:
      return "handshake_timeout: the TLS handshake took too long" + again;
    case ErrorCode.session_id_mismatch:
      return "session_id_mismatch: the server's hello does not answer to ours";

    case ErrorCode.certificate_malformed:
      return "certificate_malformed: the server's certificate cannot be read";
    case ErrorCode.certificate_too_large:
      return "certificate_too_large: the server's certificate is larger than this board takes";
    case ErrorCode.certificate_missing:
      return "certificate_missing: the server sent no certificate";
    case ErrorCode.certificate_chain_too_long:
      return "certificate_chain_too_long: the server sent more certificates than this board takes";
    case ErrorCode.certificate_key_unsupported:
      return "certificate_key_unsupported: the certificate's key is neither P-256 nor RSA of 2048 to 4096 bits";
    case ErrorCode.certificate_key_weak:
      return "certificate_key_weak: the certificate's RSA key is shorter than 2048 bits";
    case ErrorCode.certificate_version_unsupported:
      return "certificate_version_unsupported: a certificate is not of version 3";
    case ErrorCode.certificate_algorithm_unsupported:
      return "certificate_algorithm_unsupported: the certificate's signature is neither ECDSA P-256 nor RSA, with SHA-256";
    case ErrorCode.certificate_algorithms_differ:
      return "certificate_algorithms_differ: a certificate names two algorithms for its signature";
    case ErrorCode.certificate_extension_unknown:
      return "certificate_extension_unknown: a certificate has a critical extension that we do not know";
    case ErrorCode.certificate_extension_repeated:
      return "certificate_extension_repeated: a certificate has the same extension twice";

    case ErrorCode.fingerprint_mismatch:
      return "fingerprint_mismatch: the certificate is none of those in the config; if the server has a new one, run npm run pin";
    case ErrorCode.time_unknown:
      return "time_unknown: no time by SNTP yet, so a certificate's dates cannot be checked" + again;
    case ErrorCode.time_before_build:
      return "time_before_build: SNTP's time is before this firmware was built, so it is wrong";
    case ErrorCode.leaf_name_mismatch:
      return "leaf_name_mismatch: the server's certificate is for other names; check the host";
    case ErrorCode.leaf_signature_wrong:
      return "leaf_signature_wrong: the server's certificate is not signed by the CA it names; someone may be in the path";
    case ErrorCode.issuer_missing:
      return "issuer_missing: no CA of the config issued the certificate; if the server has a new one, run npm run pin";
    case ErrorCode.leaf_expired:
      return "leaf_expired: the server's certificate is out of date";
    case ErrorCode.issuer_expired:
      return "issuer_expired: the certificate of the server's CA is out of date";
    case ErrorCode.leaf_not_yet_valid:
      return "leaf_not_yet_valid: the server's certificate is for a later time";
    case ErrorCode.issuer_not_yet_valid:
      return "issuer_not_yet_valid: the certificate of the server's CA is for a later time";
    case ErrorCode.leaf_is_ca:
      return "leaf_is_ca: the server shows a CA's certificate as its own";
    case ErrorCode.issuer_not_ca:
      return "issuer_not_ca: the certificate that issued the server's may not issue any";
    case ErrorCode.leaf_usage_wrong:
      return "leaf_usage_wrong: the key of the server's certificate is not for signatures";
    case ErrorCode.issuer_usage_wrong:
      return "issuer_usage_wrong: the key of the server's CA is not for signing certificates";
    case ErrorCode.leaf_not_for_servers:
      return "leaf_not_for_servers: the server's certificate is not for TLS servers";
    case ErrorCode.issuer_not_for_servers:
      return "issuer_not_for_servers: the server's CA is not for TLS servers";

    case ErrorCode.http_bad_status_line:
      return "http_bad_status_line: what answers does not speak HTTP/1.1; check host and port";
    case ErrorCode.http_header_too_long:
      return "http_header_too_long: a header line of the response is longer than this board takes";
    case ErrorCode.http_too_many_headers:
      return "http_too_many_headers: the response has more headers than this board takes";
    case ErrorCode.http_bad_header:
      return "http_bad_header: a header of the response is malformed";
    case ErrorCode.http_bad_length:
      return "http_bad_length: the response contradicts itself on its length";
    case ErrorCode.http_bad_chunk:
      return "http_bad_chunk: a chunk of the response is malformed";
    case ErrorCode.http_body_incomplete:
      return "http_body_incomplete: the response ended early" + again;
    case ErrorCode.http_unsupported_encoding:
      return "http_unsupported_encoding: the response is coded in a way that was not asked for";
    case ErrorCode.http_no_response:
      return "http_no_response: the server closed the connection instead of answering" + again;
    case ErrorCode.http_body_too_large:
      return "http_body_too_large: the response's body is larger than this board takes";
    case ErrorCode.http_request_too_large:
      return "http_request_too_large: the request is too large; shorten path, headers or body";
    case ErrorCode.http_head_incomplete:
      return "http_head_incomplete: the response ended within its headers" + again;
    case ErrorCode.http_unexpected_upgrade:
      return "http_unexpected_upgrade: the server switched to another protocol unasked";
    case ErrorCode.http_bad_request:
      return "http_bad_request: path or headers hold a line break or blank where none may be; check the config";
    case ErrorCode.http_refused:
      return "http_refused: the server answered, but not with success (2xx); its status code says why";

    case ErrorCode.status_redirected:
      return "status_redirected: the repository has moved; put its new name into the config";
    case ErrorCode.status_forbidden:
      return "status_forbidden: GitHub refuses access; check that the token may read this repository";
    case ErrorCode.status_not_found:
      return "status_not_found: no such repository or ref, or the token does not reach it; check owner, repo, ref";
    case ErrorCode.status_rate_limited:
      return "status_rate_limited: too many requests; polls wait until GitHub allows more; a token helps";
    case ErrorCode.status_server_error:
      return "status_server_error: GitHub has a problem of its own" + again;
    case ErrorCode.status_refused:
      return "status_refused: GitHub refused the request for another reason; its message says which";
    case ErrorCode.status_not_json:
      return "status_not_json: the answer is not JSON, or nested deeper than anything GitHub sends";
    case ErrorCode.status_no_state:
      return "status_no_state: the answer is not a build status; check server.host";
    case ErrorCode.status_bad_token:
      return "status_bad_token: GitHub does not accept the token; it may have expired";
    case ErrorCode.status_ambiguous:
      return "status_ambiguous: the answer says one thing twice";
    case ErrorCode.status_word_unknown:
      return "status_word_unknown: GitHub's word for the state is none that this firmware knows";
    case ErrorCode.status_no_builds:
      return "status_no_builds: nothing was built for this ref, or no check has the configured name";
    case ErrorCode.status_too_many_pages:
      return "status_too_many_pages: more check runs than this board reads; name one with status.check";
    case ErrorCode.status_too_old:
      return "status_too_old: the last known state is too old to be shown";

    case ErrorCode.random_stuck:
      return "random_stuck: the hardware's random numbers repeat, so nothing is safe; restart the board";
    case ErrorCode.kernel_failed:
      return "kernel_failed: the native code did not prove itself; flash the board again";
    case ErrorCode.kernel_disabled:
      return "kernel_disabled: the native code made the board restart twice and is off; flash the board again";
    case ErrorCode.no_memory:
      return "no_memory: the board's memory is used up or in pieces; restart it";
  }
  return alertMeaning(code);
}

/** The alerts that servers send (RFC 8446 section 6). */
function alertMeaning(code: number): string {
  const alert = code - ErrorCode.alert_received;
  const begin = "alert_received: the server ended the connection with TLS alert " + alert;
  if (alert < 0 || alert > 255) return "error_" + code + ": an error without a name; please report it";
  switch (alert) {
    case 40:
      return begin + " (handshake_failure): it has no cipher suite or key in common with us, or wants a client certificate";
    case 51:
      return begin + " (decrypt_error): a signature or key does not fit, or someone is in the path";
    case 70:
      return begin + " (protocol_version): it does not speak TLS 1.3";
    case 80:
      return begin + " (internal_error): it has a problem of its own" + again;
    case 112:
      return begin + " (unrecognized_name): it does not know the host's name; check host";
  }
  if (usesPublish && alert === 116)
    return begin + " (certificate_required): it wants a client certificate; set publish.certificate and publish.key";
  if (usesAlpn && alert === 120) return begin + " (no_application_protocol): it does not speak the protocol asked for; check publish.alpn";
  return usesClientCertificate ? begin + refusalMeaning(alert) : begin;
}

/** The alerts that say what is wrong with our client certificate. */
function refusalMeaning(alert: number): string {
  const ours = " our client certificate";
  switch (alert) {
    case 42:
      return " (bad_certificate): it does not accept" + ours;
    case 43:
      return " (unsupported_certificate): it does not take client certificates of this kind";
    case 44:
      return " (certificate_revoked):" + ours + " was revoked";
    case 45:
      return " (certificate_expired):" + ours + " has expired";
    case 46:
      return " (certificate_unknown): it does not accept" + ours;
    case 48:
      return " (unknown_ca):" + ours + " was issued by a CA that it does not know";
    case 49:
      return " (access_denied):" + ours + " is valid but may not do this";
  }
  return "";
}
