/** Which alert (RFC 8446 section 6) is sent for which error. */
import { ErrorCode } from "./codes";

/** AlertDescription, as far as we send or expect it. */
export const enum Alert {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  record_overflow = 22,
  handshake_failure = 40,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_expired = 45,
  illegal_parameter = 47,
  unknown_ca = 48,
  decode_error = 50,
  decrypt_error = 51,
  protocol_version = 70,
  internal_error = 80,
  user_canceled = 90,
  missing_extension = 109,
  unsupported_extension = 110,
  no_application_protocol = 120,
}

/** The alert to send for an ErrorCode, or -1 where there is nobody to tell: the network's errors and alerts that we received. */
export function alertFor(code: number): number {
  if (code < ErrorCode.bad_record_mac || code >= ErrorCode.alert_received || code === ErrorCode.truncated) return -1;
  if (code >= ErrorCode.http_bad_status_line) return Alert.close_notify;
  switch (code) {
    case ErrorCode.bad_record_mac:
      return Alert.bad_record_mac;
    case ErrorCode.record_overflow:
      return Alert.record_overflow;
    case ErrorCode.unsupported_version:
    case ErrorCode.not_tls:
      return Alert.protocol_version;
    case ErrorCode.decode_error:
    case ErrorCode.record_version_wrong:
    case ErrorCode.certificate_missing:
      return Alert.decode_error;
    case ErrorCode.missing_extension:
      return Alert.missing_extension;
    case ErrorCode.unsupported_extension:
      return Alert.unsupported_extension;
    case ErrorCode.bad_signature:
    case ErrorCode.bad_finished:
      return Alert.decrypt_error;
    case ErrorCode.no_common_signature_scheme:
      return Alert.handshake_failure;
    case ErrorCode.bad_alpn:
      return Alert.no_application_protocol;
    case ErrorCode.handshake_timeout:
      return Alert.user_canceled;
    case ErrorCode.record_type_unexpected:
    case ErrorCode.record_empty:
    case ErrorCode.unexpected_message:
    case ErrorCode.too_many_records:
    case ErrorCode.too_many_messages:
    case ErrorCode.input_overflow:
      return Alert.unexpected_message;
    case ErrorCode.certificate_key_unsupported:
    case ErrorCode.certificate_algorithm_unsupported:
    case ErrorCode.certificate_extension_unknown:
      return Alert.unsupported_certificate;
    case ErrorCode.leaf_expired:
    case ErrorCode.issuer_expired:
      return Alert.certificate_expired;
    case ErrorCode.issuer_missing:
      return Alert.unknown_ca;
    case ErrorCode.time_unknown:
    case ErrorCode.time_before_build:
      return Alert.internal_error;
    case ErrorCode.fingerprint_mismatch:
      return Alert.bad_certificate;
  }
  return code >= ErrorCode.certificate_malformed ? Alert.bad_certificate : Alert.illegal_parameter;
}
