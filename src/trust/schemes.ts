/** SignatureScheme (RFC 8446 section 4.2.3), as far as we offer them. */
export const enum SignatureScheme {
  rsa_pkcs1_sha256 = 0x0401,
  ecdsa_secp256r1_sha256 = 0x0403,
  ecdsa_secp384r1_sha384 = 0x0503,
  rsa_pss_rsae_sha256 = 0x0804,
}
