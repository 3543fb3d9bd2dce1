/*
 * The JSON scanner (RFC 8259): the native twin of src/status/json-scan.ts, which says what it does and leaves out, with the same state
 * (src/status/json-state.ts) byte by byte. Variable time: a server's answer is no secret.
 */
#include "kernels.h"

#define FIELD(name) s[JsonState_##name]

/* "truefalsenull" */
CODE_TABLE(json_literals, 0x65757274, 0x736c6166, 0x6c756e65, 0x0000006c);

enum { LITERAL_TRUE = 0, LITERAL_FALSE = 4, LITERAL_NULL = 9, TRUE_ENDS = 3, FALSE_ENDS = 8, NULL_ENDS = 12, CASE_BIT = 32 };

static int fail(uint8_t *s) {
  FIELD(step) = JsonStep_failed;
  FIELD(event) = JsonEvent_failed;
  return 1;
}

static int is_space(uint32_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void keep(uint8_t *s, uint32_t c) {
  uint32_t length = FIELD(length);
  if (length == JsonState_textSize) {
    FIELD(flags) |= JsonFlag_truncated;
    return;
  }
  s[JsonState_text + length] = c;
  FIELD(length) = length + 1;
}

/* Keeps a UTF-16 code unit as UTF-8; a low surrogate turns the high one before it, three bytes, into a pair's four. */
static NOINLINE void keep_unit(uint8_t *s, uint32_t unit) {
  uint32_t length = FIELD(length);
  uint8_t *last = s + JsonState_text + length;
  if (unit < 0x80) {
    keep(s, unit);
    return;
  }
  if (unit < 0x800) {
    keep(s, 0xc0 | unit >> 6);
    keep(s, 0x80 | (unit & 63));
    return;
  }
  int pairs = (unit & 0xfc00) == 0xdc00 && length >= 3 && last[-3] == 0xed && (last[-2] & 0xf0) == 0xa0;
  if (pairs && !(FIELD(flags) & JsonFlag_truncated)) {
    uint32_t high = (last[-2] & 15) << 6 | (last[-1] & 63);
    uint32_t point = 0x10000 + (high << 10) + (unit & 0x3ff);
    last[-3] = 0xf0 | point >> 18;
    last[-2] = 0x80 | (point >> 12 & 63);
    last[-1] = 0x80 | (point >> 6 & 63);
    keep(s, 0x80 | (point & 63));
    return;
  }
  keep(s, 0xe0 | unit >> 12);
  keep(s, 0x80 | (unit >> 6 & 63));
  keep(s, 0x80 | (unit & 63));
}

/* The place in the key list, from 1, of the key in `text` at the present depth, or 0. */
static NOINLINE uint32_t find_key(const uint8_t *ram, const uint8_t *s) {
  const uint8_t *entry = ram + (FIELD(keys) | s[JsonState_keys + 1] << 8), *text = s + JsonState_text;
  uint32_t length = FIELD(length);
  if (FIELD(flags) & JsonFlag_truncated) return 0;
  for (uint32_t index = 1; *entry; index++) {
    if (entry[0] == FIELD(depth) && entry[1] == length) {
      uint32_t same = 0;
      while (same < length && entry[2 + same] == text[same]) same++;
      if (same == length) return index;
    }
    entry += 2 + entry[1];
  }
  return 0;
}

static int is_in_object(const uint8_t *s) {
  uint32_t top = FIELD(depth) - 1;
  return s[JsonState_kinds + (top >> 3)] >> (top & 7) & 1;
}

static int open_container(uint8_t *s, int is_object) {
  uint32_t depth = FIELD(depth), bit = 1 << (depth & 7);
  uint8_t *byte = s + JsonState_kinds + (depth >> 3);
  if (depth == JsonLimit_depth) return fail(s);
  *byte = is_object ? *byte | bit : *byte & ~bit;
  FIELD(depth) = depth + 1;
  FIELD(step) = is_object ? JsonStep_firstKey : JsonStep_firstItem;
  if (FIELD(key)) FIELD(event) = is_object ? JsonEvent_objectOpened : JsonEvent_arrayOpened;
  return 1;
}

static int close_container(uint8_t *s, int is_object) {
  uint32_t depth = FIELD(depth);
  if (is_object != is_in_object(s)) return fail(s);
  FIELD(depth) = depth - 1;
  FIELD(step) = depth > 1 ? JsonStep_after : JsonStep_end;
  if (depth < JsonLimit_closes && (FIELD(closes) >> depth & 1)) FIELD(event) = JsonEvent_closed;
  return 1;
}

static int start_string(uint8_t *s, uint32_t flags) {
  FIELD(flags) = flags;
  FIELD(length) = 0;
  FIELD(step) = JsonStep_string;
  return 1;
}

/* A value that is no container has ended. */
static int end_value(uint8_t *s, uint32_t event) {
  FIELD(step) = JsonStep_after;
  if (FIELD(key)) FIELD(event) = event;
  return 1;
}

static int start_scalar(uint8_t *s, uint32_t c) {
  if (c == 't' || c == 'f' || c == 'n') {
    FIELD(step) = JsonStep_literal;
    FIELD(count) = 1 + (c == 't' ? LITERAL_TRUE : c == 'f' ? LITERAL_FALSE : LITERAL_NULL);
    return 1;
  }
  if (c != '-' && (c < '0' || c > '9')) return fail(s);
  start_string(s, FIELD(key) ? JsonFlag_capture : 0);
  FIELD(step) = c == '-' ? JsonStep_minus : c == '0' ? JsonStep_zero : JsonStep_integer;
  if (FIELD(key)) keep(s, c);
  return 1;
}

/* The steps before `string`: between tokens. */
static int step_structure(uint8_t *s, uint32_t c) {
  uint32_t step = FIELD(step);
  if (is_space(c)) return 1;
  if (step == JsonStep_after) {
    if (c != ',') return (c | CASE_BIT) == '}' ? close_container(s, c >> 5 & 1) : fail(s);
    FIELD(step) = is_in_object(s) ? JsonStep_key : JsonStep_value;
    return 1;
  }
  if (step == JsonStep_colon) {
    if (c != ':') return fail(s);
    FIELD(step) = JsonStep_value;
    return 1;
  }
  if (step == JsonStep_key || step == JsonStep_firstKey) {
    if (c == '"') return start_string(s, JsonFlag_capture | JsonFlag_isKey);
    return c == '}' && step == JsonStep_firstKey ? close_container(s, 1) : fail(s);
  }
  if (c == '{' || c == '[') return open_container(s, c >> 5 & 1);
  if (!FIELD(depth)) return fail(s);
  if (c == ']' && step == JsonStep_firstItem) return close_container(s, 0);
  if (c == '"') return start_string(s, FIELD(key) ? JsonFlag_capture : 0);
  return start_scalar(s, c);
}

static int step_string(const uint8_t *ram, uint8_t *s, uint32_t c) {
  if (c < ' ') return fail(s);
  if (c == '\\') {
    FIELD(step) = JsonStep_escape;
    return 1;
  }
  if (c != '"') {
    if (FIELD(flags) & JsonFlag_capture) keep(s, c);
    return 1;
  }
  if (!(FIELD(flags) & JsonFlag_isKey)) return end_value(s, JsonEvent_string);
  FIELD(key) = find_key(ram, s);
  FIELD(step) = JsonStep_colon;
  return 1;
}

static int step_escape(uint8_t *s, uint32_t c) {
  uint32_t unit = c;
  if (c == 'u') {
    FIELD(count) = 4;
    FIELD(unit) = 0;
    s[JsonState_unit + 1] = 0;
    FIELD(step) = JsonStep_hex;
    return 1;
  }
  if (c == 'b') unit = '\b';
  else if (c == 'f') unit = '\f';
  else if (c == 'n') unit = '\n';
  else if (c == 'r') unit = '\r';
  else if (c == 't') unit = '\t';
  else if (c != '"' && c != '\\' && c != '/') return fail(s);
  if (FIELD(flags) & JsonFlag_capture) keep(s, unit);
  FIELD(step) = JsonStep_string;
  return 1;
}

static int step_hex(uint8_t *s, uint32_t c) {
  uint32_t letter = c | CASE_BIT, unit = (FIELD(unit) | s[JsonState_unit + 1] << 8) << 4;
  int is_digit = c >= '0' && c <= '9';
  if (!is_digit && (letter < 'a' || letter > 'f')) return fail(s);
  unit |= is_digit ? c - '0' : letter - 'a' + 10;
  FIELD(unit) = unit;
  s[JsonState_unit + 1] = unit >> 8;
  if (--FIELD(count)) return 1;
  if (FIELD(flags) & JsonFlag_capture) keep_unit(s, unit & 0xffff);
  FIELD(step) = JsonStep_string;
  return 1;
}

static int step_literal(uint8_t *s, uint32_t c) {
  uint32_t next = FIELD(count);
  if (c != (json_literals()[next >> 2] >> 8 * (next & 3) & 0xff)) return fail(s);
  FIELD(count) = next + 1;
  if (next == TRUE_ENDS) return end_value(s, JsonEvent_isTrue);
  if (next == FALSE_ENDS) return end_value(s, JsonEvent_isFalse);
  if (next == NULL_ENDS) return end_value(s, JsonEvent_isNull);
  return 1;
}

/* The step of a number after one more digit; 0 (a step outside numbers) if none may follow. */
static uint32_t next_digit(uint32_t step, uint32_t c) {
  if (step == JsonStep_minus) return c == '0' ? JsonStep_zero : JsonStep_integer;
  if (step == JsonStep_zero) return 0;
  if (step == JsonStep_point) return JsonStep_fraction;
  if (step == JsonStep_exponentMark || step == JsonStep_exponentSign) return JsonStep_exponent;
  return step;
}

/* Returns 0 if the byte is not the number's any more: it is then looked at again as what follows the value. */
static int step_number(uint8_t *s, uint32_t c) {
  uint32_t step = FIELD(step), next = 0;
  if (c >= '0' && c <= '9') next = next_digit(step, c);
  else if (c == '.') next = step == JsonStep_zero || step == JsonStep_integer ? JsonStep_point : 0;
  else if ((c | CASE_BIT) == 'e') next = step >= JsonStep_zero && step < JsonStep_exponent ? JsonStep_exponentMark : 0;
  else if (c == '+' || c == '-') next = step == JsonStep_exponentMark ? JsonStep_exponentSign : 0;
  if (next) {
    FIELD(step) = next;
    if (FIELD(flags) & JsonFlag_capture) keep(s, c);
    return 1;
  }
  if (step < JsonStep_zero) return fail(s);
  end_value(s, JsonEvent_number);
  return 0;
}

static NOINLINE int step(const uint8_t *ram, uint8_t *s, uint32_t c) {
  uint32_t step = FIELD(step);
  if (step == JsonStep_string) return step_string(ram, s, c);
  if (step < JsonStep_string) return step_structure(s, c);
  if (step >= JsonStep_minus) return step_number(s, c);
  if (step == JsonStep_literal) return step_literal(s, c);
  if (step == JsonStep_escape) return step_escape(s, c);
  if (step == JsonStep_hex) return step_hex(s, c);
  return is_space(c) ? 1 : fail(s);
}

/* Goes on with `length` bytes; gives how many were consumed: fewer with the reason in the state's event. */
int json_scan(const uint8_t *ram, uint8_t *s, const uint8_t *at, uint32_t length) {
  const uint8_t *from = at, *end = at + length;
  if (FIELD(step) == JsonStep_failed) return 0;
  if (FIELD(event)) {
    FIELD(event) = JsonEvent_none;
    FIELD(key) = 0;
  }
  while (at != end && !FIELD(event)) {
    if (FIELD(step) == JsonStep_string && !(FIELD(flags) & JsonFlag_capture)) {
      while (at != end && *at >= ' ' && *at != '"' && *at != '\\') at++;
      if (at == end) break;
    }
    at += step(ram, s, *at);
  }
  return at - from;
}
