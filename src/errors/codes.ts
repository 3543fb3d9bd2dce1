/**
 * Every error that the firmware can name: a number in its layer's range. Errors are thrown and handed on as these bare numbers, which cost
 * the interpreter nothing; meanings.ts has each one's name and meaning, alerts.ts the alert that is sent for it.
 */
export const enum ErrorCode {
  none = 0,

  // 100: network
  wifi_lost = 100,
  wifi_refused,
  host_not_found,
  connection_refused,
  connection_reset,
  connect_timeout,
  response_timeout,
  connection_closed,
  network_failed,
  wifi_timeout,

  // 200: records (RFC 8446 section 5)
  bad_record_mac = 200,
  record_overflow,
  record_type_unexpected,
  record_version_wrong,
  not_tls,
  record_empty,
  too_many_records,
  truncated,
  input_overflow,

  // 300: handshake (RFC 8446 section 4)
  decode_error = 300,
  unexpected_message,
  unsupported_version,
  downgrade,
  illegal_parameter,
  missing_extension,
  unsupported_extension,
  duplicate_extension,
  bad_cipher_suite,
  bad_group,
  bad_key_share,
  bad_hello_retry,
  bad_signature,
  bad_signature_scheme,
  bad_finished,
  message_too_large,
  too_many_messages,
  no_common_signature_scheme,
  bad_alpn,
  handshake_timeout,
  session_id_mismatch,

  // 400: certificates (RFC 5280, X.690)
  certificate_malformed = 400,
  certificate_too_large,
  certificate_missing,
  certificate_chain_too_long,
  certificate_key_unsupported,
  certificate_key_weak,
  certificate_version_unsupported,
  certificate_algorithm_unsupported,
  certificate_algorithms_differ,
  certificate_extension_unknown,
  certificate_extension_repeated,

  // 500: trust
  fingerprint_mismatch = 500,
  time_unknown,
  time_before_build,
  leaf_name_mismatch,
  leaf_signature_wrong,
  issuer_missing,
  // Each rule that holds for leaf and issuer alike has a pair, the issuer's after the leaf's: see trust/rules.ts.
  leaf_expired,
  issuer_expired,
  leaf_not_yet_valid,
  issuer_not_yet_valid,
  leaf_is_ca,
  issuer_not_ca,
  leaf_usage_wrong,
  issuer_usage_wrong,
  leaf_not_for_servers,
  issuer_not_for_servers,

  // 600: HTTP (RFC 9112)
  http_bad_status_line = 600,
  http_header_too_long,
  http_too_many_headers,
  http_bad_header,
  http_bad_length,
  http_bad_chunk,
  http_body_incomplete,
  http_unsupported_encoding,
  http_no_response,
  http_body_too_large,
  http_request_too_large,
  http_head_incomplete,
  http_unexpected_upgrade,
  http_bad_request,
  http_refused,

  // 700: status
  status_redirected = 700,
  status_forbidden,
  status_not_found,
  status_rate_limited,
  status_server_error,
  status_refused,
  status_not_json,
  status_no_state,
  status_bad_token,
  status_ambiguous,
  status_word_unknown,
  status_no_builds,
  status_too_many_pages,
  status_too_old,

  // 800: board
  random_stuck = 800,
  kernel_failed,
  kernel_disabled,
  no_memory,

  /** An alert from the peer: this plus its AlertDescription (RFC 8446 section 6). */
  alert_received = 900,
}
