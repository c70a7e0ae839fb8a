/*
 * Sealwax: decides how a mail message must travel to each of its recipients, explains why, and seals it.
 *
 * This header is the manual. It is written by `cargo xtask header`; do not edit it.
 *
 * The way of a message
 *
 *     sealwax_engine_builder_new, _policy_toml, _build      once, or when the policy changes
 *     sealwax_transaction_new, _set_sender, _add_recipient  for each message: who, and what the host knows
 *     sealwax_feed_new, _header, _body, _finish             the message, in pieces of any size
 *     sealwax_verdict_delivery                              the answer, for each recipient
 *
 * Rules that hold for every function
 *
 * Status. What can fail returns a sealwax_status; SEALWAX_OK is 0. Any other status is a failure of the call and never
 * leave to send: a mail server answers 451 to the client (RFC 5321, section 4.2) and the client tries again. Every
 * function that returns a status may also return SEALWAX_PANIC, and SEALWAX_NULL, SEALWAX_LENGTH or SEALWAX_UTF8 for
 * an argument that breaks the rules below.
 *
 * Error. The last parameter, `error`, may be NULL. Otherwise *error is cleared first; on failure it is given an object
 * that tells more, to be freed with sealwax_error_free. It never holds text of a message, a key or a match. Read it
 * after the call, not beside it in one list of arguments, whose order C leaves open.
 *
 * Out-parameters stand behind the arguments. They are cleared first (0 or NULL) and set only on SEALWAX_OK. The one
 * exception is `needed`, which is also set on SEALWAX_SHORT. They must not be NULL unless the function says so.
 *
 * Handles are opaque. Whoever makes one frees it: _new or _build, then _free once; _free(NULL) does nothing. A handle
 * is never copied by value. Through a `const` pointer any number of threads may use a handle at once; through a
 * pointer that is not `const`, one thread at a time. Handles do not refer to each other: each can be freed at any time
 * in any order, but for a sealwax_delivery, which is a part of its sealwax_verdict.
 *
 * Bytes are a pointer and a length. The pointer may be NULL only when the length is 0. Nothing is kept: the bytes may
 * be changed or freed when the call returns.
 *
 * Text is UTF-8 with a length, without a NUL inside; it need not end in one. Text that the library lends ends in a NUL
 * that is not counted, holds no other, and lives as long as the handle that it was read from; NULL is no text.
 *
 * Numbers. 0 is never one of the constants of a group (action, method, level): it is the answer of a NULL handle or of
 * an absent value, and it is right to treat it as "do not send". Times are milliseconds since 1970-01-01 UTC.
 *
 * The library starts no thread (but for sealwax_sealer_threads and sealwax_opener_threads), keeps no global state, reads
 * no clock, environment, locale or file, opens no connection and writes nothing. It changes the process only in
 * sealwax_memory_protect. It may be used before and after fork, and stays loaded after dlclose.
 */

#ifndef SEALWAX_H
#define SEALWAX_H

#include <stddef.h>
#include <stdint.h>

/// The major part of the version that this header belongs to.
#define SEALWAX_VERSION_MAJOR 0

/// The minor part of the version that this header belongs to.
#define SEALWAX_VERSION_MINOR 1

/// The patch part of the version that this header belongs to.
#define SEALWAX_VERSION_PATCH 0

/// The version that this header belongs to: major * 1000000 + minor * 1000 + patch. Compare with
/// `sealwax_version_number()`, which is that of the library that was loaded.
#define SEALWAX_VERSION_NUMBER 1000

/// The binary interface that this header describes. It is the number in the SONAME (`libsealwax.so.1`) and goes up
/// whenever a function changes or disappears; from version 1.0 on functions are only added.
#define SEALWAX_ABI 1

/// Action: send the message by the delivery's method.
#define SEALWAX_ACTION_SEND 1

/// Action: keep the message until somebody approves.
#define SEALWAX_ACTION_APPROVE 2

/// Action: keep the message.
#define SEALWAX_ACTION_HOLD 3

/// Action: give the message back to the sender.
#define SEALWAX_ACTION_RETURN 4

/// Action: do not send the message, and tell nobody outside; for bulk mail that is TLS or nothing.
#define SEALWAX_ACTION_DROP 5

/// Method: as it is, over a TLS connection of the level that the contract names.
#define SEALWAX_METHOD_TLS 1

/// Method: sealed for the recipient's mail client by S/MIME (RFC 8551).
#define SEALWAX_METHOD_SMIME 2

/// Method: sealed for the recipient's mail client by OpenPGP (RFC 9580).
#define SEALWAX_METHOD_PGP 3

/// Method: sealed, and picked up from a portal.
#define SEALWAX_METHOD_PORTAL 4

/// Method: as it is, by SMTP, over TLS only where the server offers it; it may leave in clear text. No host offers it:
/// it is what TLS comes to where a waiver allows as much.
#define SEALWAX_METHOD_CLEAR 5

/// Method: as it is, inside of the host's own trust zone; nothing leaves by SMTP.
#define SEALWAX_METHOD_LOCAL 6

/// Transport level: clear text.
#define SEALWAX_TRANSPORT_NONE 1

/// Transport level: TLS if the server offers it (RFC 7435).
#define SEALWAX_TRANSPORT_OPPORTUNISTIC 2

/// Transport level: TLS with any certificate.
#define SEALWAX_TRANSPORT_ENCRYPTED 3

/// Transport level: TLS with a certificate that PKIX verifies for the expected name.
#define SEALWAX_TRANSPORT_VERIFIED 4

/// Transport level: TLS authenticated by DNSSEC (RFC 7672).
#define SEALWAX_TRANSPORT_DANE 5

/// Level of a message: nothing was found.
#define SEALWAX_LEVEL_NONE 1

/// Level of a message: an identifier alone.
#define SEALWAX_LEVEL_PERSONAL 2

/// Level of a message: PHI, financial data, or a credential.
#define SEALWAX_LEVEL_SENSITIVE 3

/// Level of a message: key material, or sensitive data of ten or more distinct individuals.
#define SEALWAX_LEVEL_CRITICAL 4

/// Evidence: a TLSA record secured by DNSSEC (RFC 7672).
#define SEALWAX_EVIDENCE_DANE 1

/// Evidence: the last delivery to the domain.
#define SEALWAX_EVIDENCE_LAST_DELIVERY 2

/// Evidence: the message never leaves the host's own trust zone.
#define SEALWAX_EVIDENCE_LOCAL 3

/// Evidence: an MTA-STS policy in `enforce` mode (RFC 8461).
#define SEALWAX_EVIDENCE_MTA_STS_ENFORCE 4

/// Evidence: an MTA-STS policy in `testing` mode, which binds nobody.
#define SEALWAX_EVIDENCE_MTA_STS_TESTING 5

/// Evidence: a written agreement with the partner on how mail travels.
#define SEALWAX_EVIDENCE_PARTNER_AGREEMENT 6

/// Evidence: a connection made to find out; it proves at most `SEALWAX_TRANSPORT_ENCRYPTED`.
#define SEALWAX_EVIDENCE_PROBE 7

/// Evidence: the administrator's own table.
#define SEALWAX_EVIDENCE_STATIC_TABLE 8

/// Business associate agreement: one stands that forbids PHI.
#define SEALWAX_BAA_PHI_FORBIDDEN 1

/// Business associate agreement: nothing is known. This is what a new recipient has.
#define SEALWAX_BAA_UNKNOWN 2

/// Business associate agreement: there is none and none is needed; the recipient is the patient, or treats them.
#define SEALWAX_BAA_NOT_NEEDED 3

/// Business associate agreement: one stands.
#define SEALWAX_BAA_SIGNED 4

/// Business associate agreement: it is known that none stands with an organisation that needs one.
#define SEALWAX_BAA_NONE 5

/// Party: an organisation, which may need a business associate agreement.
#define SEALWAX_PARTY_ORGANIZATION 1

/// Party: nothing is known, whatever `default_recipient` says.
#define SEALWAX_PARTY_UNKNOWN 2

/// Party: a person who writes for themselves, such as a patient.
#define SEALWAX_PARTY_INDIVIDUAL 3

/// Authentication of a reader: none; the portal then seals nothing for them. Of a new recipient it is not known.
#define SEALWAX_AUTHENTICATION_NONE 1

/// Authentication of a reader: by one factor.
#define SEALWAX_AUTHENTICATION_SINGLE_FACTOR 2

/// Authentication of a reader: by a second factor as well.
#define SEALWAX_AUTHENTICATION_SECOND_FACTOR 3

/// Edit: add a header of this name and value.
#define SEALWAX_EDIT_ADD 1

/// Edit: remove every header of this name.
#define SEALWAX_EDIT_REMOVE 2

/// Edit: replace the header of this name, `Subject`, by this value; sealing does not cover it.
#define SEALWAX_EDIT_REPLACE 3

/// Edit: keep only the headers of these names, which stand outside of the seal, and of each its addresses, its date,
/// its keyword or its text. A comma and a blank stand between the names; `sealwax_delivery_outer` makes the edit.
#define SEALWAX_EDIT_KEEP 4

/// Mode of redaction: a star for each letter and digit of a value.
#define SEALWAX_MODE_MASK 1

/// Mode of redaction: the type and a pseudonym, the same wherever the same value stands and the same key is used.
#define SEALWAX_MODE_PSEUDONYM 2

/// Mode of redaction: nothing in the place of a value.
#define SEALWAX_MODE_REMOVE 3

/// Mode of redaction: the type, such as `[US_SSN]`. This is what a new redaction has.
#define SEALWAX_MODE_TYPE 4

/// Kind of key: the secret of a pickup link, for the part of the link behind `#`.
#define SEALWAX_KEY_LINK 1

/// Kind of key: 256 bits that both seal and open.
#define SEALWAX_KEY_LOCAL 2

/// Kind of key: a pair on NIST P-256 (RFC 9180).
#define SEALWAX_KEY_P256 3

/// Kind of key: a pair on X25519 (RFC 9180).
#define SEALWAX_KEY_X25519 4

/// Kind of key: a pair of X-Wing, which also holds against a quantum computer.
#define SEALWAX_KEY_XWING 5

/// Kind of key: a pair on NIST P-384 (RFC 9180).
#define SEALWAX_KEY_P384 6

/// A flag of `sealwax_engine_scan`: the JSON holds the matched text, which then must not be logged.
#define SEALWAX_SCAN_SHOW_TEXT 1

/// A flag of `sealwax_transaction_set_methods`: the host can send over TLS.
#define SEALWAX_METHODS_TLS 1

/// A flag of `sealwax_transaction_set_methods`: the host can seal by S/MIME.
#define SEALWAX_METHODS_SMIME 2

/// A flag of `sealwax_transaction_set_methods`: the host can seal by OpenPGP.
#define SEALWAX_METHODS_PGP 4

/// A flag of `sealwax_transaction_set_methods`: the host has a portal.
#define SEALWAX_METHODS_PORTAL 8

/// A time that is not known or has no end; see `sealwax_transaction_add_evidence` and `sealwax_sealer_retention`.
#define SEALWAX_NO_TIME INT64_MIN

/// A flag of `sealwax_transaction_set_recipient_keys`: a valid S/MIME certificate is at hand.
#define SEALWAX_KEYS_SMIME 1

/// A flag of `sealwax_transaction_set_recipient_keys`: a valid OpenPGP key is at hand.
#define SEALWAX_KEYS_PGP 2

/// A flag of `sealwax_memory_protect`: all memory of the process, now and later, is locked against swapping.
#define SEALWAX_MEMORY_LOCKED 1

/// A flag of `sealwax_memory_protect`: no core dump is written, and no process of the same user may read the memory.
#define SEALWAX_MEMORY_NO_DUMPS 2

/// Bytes that a call has made, such as JSON. They live as long as the handle and are wiped when it is freed.
typedef struct sealwax_buf sealwax_buf;

/// What calls the message of a feed off. Unlike the feed, any thread may use it at any time, also while another thread is
/// in `sealwax_feed_finish`, and it may outlive the feed.
typedef struct sealwax_cancel sealwax_cancel;

/// Opens a message while it is read, and releases each chunk of 16 KiB as soon as that chunk is verified, *before* the end
/// of the message is known to be genuine. It belongs to one thread at a time and keeps 128 KiB.
typedef struct sealwax_chunkwise_reader sealwax_chunkwise_reader;

/// Names with values that a sealed message is bound to, each name once. *Stored* pairs stand in clear in the message,
/// so nothing about a patient belongs there; *supplied* pairs are not in it and must be given again to open it.
///
/// It belongs to one thread at a time. A sealer or opener copies it.
typedef struct sealwax_context sealwax_context;

/// The answer for one recipient. It is a part of its verdict, lives as long and is not freed; any number of threads may
/// read it at once. A NULL delivery answers 0 or NULL to every question.
typedef struct sealwax_delivery sealwax_delivery;

/// A policy and the scanner that it asks for, ready for messages. It is never changed, so any number of threads may use
/// one at once without a lock. To take a new policy, build a second engine and let new messages use it; a feed keeps
/// the engine that it began with.
typedef struct sealwax_engine sealwax_engine;

/// What an engine is made of, collected. It belongs to one thread at a time and is consumed by
/// `sealwax_engine_builder_build`.
typedef struct sealwax_engine_builder sealwax_engine_builder;

/// What went wrong in one call: a status, a text, and the place in the policy or the facts. It never holds text of a
/// message, a key or a match, so it can be logged as it is. A call that takes `sealwax_error **error` clears
/// `*error` first; when it fails, `*error` is the caller's, to be freed with `sealwax_error_free`. Pass NULL when
/// the status is enough.
typedef struct sealwax_error sealwax_error;

/// One message that is pushed in pieces of any size: either headers and then body, as a milter gets them, or the raw
/// message. It belongs to one thread at a time, keeps the engine alive that it was made from, and can be used for the
/// next message after a reset. What was pushed is wiped when it is reset or freed.
///
/// It keeps as much as the policy's limit on the length of a message allows; of a longer one the rest is not kept, and
/// the verdict says that it is not complete.
///
/// All feeds of an engine together hold no more than its budget (`sealwax_engine_builder_feed_budget`). A piece that goes
/// beyond it is refused with `SEALWAX_TEMPORARY`, and so is then the finish. Another thread can call a message off with
/// `sealwax_feed_cancel`; pieces and the finish then return `SEALWAX_CANCELLED`. Both hold until a reset.
typedef struct sealwax_feed sealwax_feed;

/// Keys. A sealer of this keyring seals for each of them that seals, and an opener tries each that opens.
///
/// It belongs to one thread at a time; sealers and openers copy what they need. The keys are wiped when it is freed.
typedef struct sealwax_keyring sealwax_keyring;

/// Opens messages with the keys of a keyring. Nothing is released before the whole message was verified. It belongs to one
/// thread at a time while it is changed; any number of threads may open with it at once.
typedef struct sealwax_opener sealwax_opener;

/// How texts and messages are redacted: until it is told otherwise, the type of a value takes its place. Words of health
/// stay, since they are what a text is for.
///
/// It belongs to one thread at a time while it is changed; any number of threads may redact with one at once.
typedef struct sealwax_redaction sealwax_redaction;

/// Adds, removes and replaces the recipients of sealed messages by rewriting their headers alone. The same change made twice
/// gives the same recipients, so an interrupted run over many messages is simply started again. Removing somebody does not
/// take back what they have opened already.
///
/// It belongs to one thread at a time while it is changed; any number of threads may rewrap with it at once.
typedef struct sealwax_rewrapper sealwax_rewrapper;

/// A key ring, as `sealwax keygen --ring` keeps it in a file: for each id at most one active version that seals and opens,
/// older versions that only open, and notes of destroyed ones. To seal or open with it, give its text to
/// `sealwax_keyring_add_ring`.
///
/// It belongs to one thread at a time. Its keys are wiped when it is freed.
typedef struct sealwax_ring sealwax_ring;

/// Seals any number of messages for the keys of a keyring, each under a data key of its own. It belongs to one thread at a
/// time while it is changed; any number of threads may seal with it at once.
typedef struct sealwax_sealer sealwax_sealer;

/// Opens a message from any place: only the chunks that are asked for. It belongs to one thread at a time and keeps one
/// chunk of 16 KiB.
typedef struct sealwax_seek_reader sealwax_seek_reader;

/// One SMTP transaction (RFC 5321, section 3.3): a sender, recipients, and what the host knows and can do. What the
/// host does not say is unknown, and what is unknown takes the safe end.
///
/// It belongs to one thread at a time. An evaluation copies it, so it may be changed or freed afterwards. A recipient
/// is named by its index: the first that was added is 0.
typedef struct sealwax_transaction sealwax_transaction;

/// The answer for a whole message: what it is, and one delivery for each recipient. It is never changed, so any number
/// of threads may read it at once.
///
/// A verdict is valid although something could not be inspected; what that raises is in the deliveries already.
typedef struct sealwax_verdict sealwax_verdict;

/// Seals a message while it is written. It belongs to one thread at a time and keeps 128 KiB.
typedef struct sealwax_writer sealwax_writer;

/// What a call answers: `SEALWAX_OK`, or one of the other `SEALWAX_` statuses below. Every status but `SEALWAX_OK`
/// is a failure, and a failure never means that a message may go: a host answers 4xx to the client and tries again.
typedef int32_t sealwax_status;

/// Wraps the 32 bytes of `data_key`: at most `capacity` bytes into `wrapped`, and their number into `*length`. `binding`
/// says what the key is for; a service that takes an encryption context or additional data is given it. Any status but
/// `SEALWAX_OK` makes the sealing fail with `SEALWAX_TEMPORARY`. The data key is secret: keep no copy.
typedef sealwax_status (*sealwax_wrap_function)(void *user,
                                                const uint8_t *binding,
                                                size_t binding_length,
                                                const uint8_t *data_key,
                                                uint8_t *wrapped,
                                                size_t capacity,
                                                size_t *length);

/// Unwraps what `sealwax_wrap_function` wrapped, into the 32 bytes of `data_key`. Any status but `SEALWAX_OK` means that
/// the message does not open with this key.
typedef sealwax_status (*sealwax_unwrap_function)(void *user,
                                                  const uint8_t *binding,
                                                  size_t binding_length,
                                                  const uint8_t *wrapped,
                                                  size_t wrapped_length,
                                                  uint8_t *data_key);

/// Ends the life of a `user` value that was given to the library together with callbacks. It is called exactly once: when
/// the handle that holds the callbacks is freed, or when the call that was to take them fails.
typedef void (*sealwax_drop_function)(void *user);

/// Takes the next `length` bytes of a stream. Returns `SEALWAX_OK` when it has taken all of them.
typedef sealwax_status (*sealwax_write_function)(void *user, const uint8_t *bytes, size_t length);

/// Gives the next bytes of a stream: at most `capacity` into `buffer`, and their number into `*length`; 0 is the end.
typedef sealwax_status (*sealwax_read_function)(void *user,
                                                uint8_t *buffer,
                                                size_t capacity,
                                                size_t *length);

/// Gives the bytes from `offset` on: at most `capacity` into `buffer`, and their number into `*length`; 0 is the end.
typedef sealwax_status (*sealwax_read_at_function)(void *user,
                                                   uint64_t offset,
                                                   uint8_t *buffer,
                                                   size_t capacity,
                                                   size_t *length);

/// The call did what it was asked.
#define SEALWAX_OK 0

/// A pointer that must not be NULL was NULL.
#define SEALWAX_NULL 100

/// A length is larger than any object can be, or than what the call takes.
#define SEALWAX_LENGTH 101

/// A text is not UTF-8, or holds a NUL.
#define SEALWAX_UTF8 102

/// The caller's buffer is too short. Nothing was written but the length that is needed.
#define SEALWAX_SHORT 103

/// A number is none of the constants of its group, holds an unknown flag bit, or is an index past the end.
#define SEALWAX_RANGE 104

/// The calls came in the wrong order, for instance a header after the body, or a second finish without a reset.
#define SEALWAX_ORDER 105

/// The policy cannot be used; the error has its line and column.
#define SEALWAX_POLICY 200

/// The facts are not the JSON that `docs/JSON.md` describes, and the error has its line and column; or they name what the
/// policy does not know, and the error's text has the field, the recipient and what would do.
#define SEALWAX_FACTS 201

/// A text is not one mail address. The error says of which recipient, by the place in the list, and holds nothing of
/// the text.
#define SEALWAX_ADDRESS 202

/// The message could not be evaluated, for instance because the transaction has no recipient.
#define SEALWAX_EVALUATE 300

/// Identifiers are still found after every effort to take them out. Nothing is given out then.
#define SEALWAX_REDACT 301

/// The message was called off, by `sealwax_cancel_call`. There is no verdict on it.
#define SEALWAX_CANCELLED 302

/// A key text cannot be read, or no key was given.
#define SEALWAX_KEY 400

/// The message could not be sealed.
#define SEALWAX_SEAL 401

/// The sealed message could not be opened. One answer for a wrong key, a damaged message and a foreign file, so that
/// nobody learns from it.
#define SEALWAX_OPEN 402

/// Something failed that may work the next time: the system's random generator, or all feeds of an engine together hold as
/// much as they may.
#define SEALWAX_TEMPORARY 900

/// A fault in the library itself. The call did nothing that counts; every handle but a feed can be used on, and a
/// feed after `sealwax_feed_reset`. Please report it.
#define SEALWAX_PANIC 901

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// The version of the library that was loaded, in the form of `SEALWAX_VERSION_NUMBER`.
///
/// Any thread may call it. Since 0.1.
uint32_t sealwax_version_number(void);

/// The binary interface of the library that was loaded, in the form of `SEALWAX_ABI`. A host that loads the library
/// with `dlopen` refuses one whose number is not that of its header.
///
/// Any thread may call it. Since 0.1.
uint32_t sealwax_abi(void);

/// The sentence for `status`, in English and without a final dot, for a log.
///
/// `length` may be NULL; otherwise it is given the length in bytes without the final NUL. The text is the library's
/// own and is never freed. A number that is no status has the sentence "unknown status".
///
/// Any thread may call it. Since 0.1.
const char *sealwax_status_text(sealwax_status status,
                                size_t *length);

/// The status of `error`; `SEALWAX_NULL` when `error` is NULL.
///
/// Any thread may call it. Since 0.1.
sealwax_status sealwax_error_status(const sealwax_error *error);

/// The text of `error`, one line of UTF-8 with a final NUL, which lives as long as `error` does; NULL when `error` is
/// NULL. `length` may be NULL; otherwise it is given the length in bytes without the final NUL.
///
/// Any thread may call it. Since 0.1.
const char *sealwax_error_text(const sealwax_error *error,
                               size_t *length);

/// The included file of the policy that is wrong, by the name that the policy includes it by, one line of UTF-8 with a
/// final NUL, which lives as long as `error` does; NULL when it is the policy itself, when the error is of something else, or
/// when `error` is NULL. `length` may be NULL; otherwise it is given the length in bytes without the final NUL.
///
/// Any thread may call it. Since 0.1.
const char *sealwax_error_file(const sealwax_error *error,
                               size_t *length);

/// The line, from 1, at which the policy or the facts are wrong; 0 when the error has no place or `error` is NULL.
///
/// Any thread may call it. Since 0.1.
size_t sealwax_error_line(const sealwax_error *error);

/// The column, from 1, at which the policy or the facts are wrong; 0 when the error has no place or `error` is NULL.
///
/// Any thread may call it. Since 0.1.
size_t sealwax_error_column(const sealwax_error *error);

/// Frees `error`; NULL is fine. The text that was read from it ends with it.
///
/// Since 0.1.
void sealwax_error_free(sealwax_error *error);

/// The bytes of `buf`, followed by a NUL that is not counted; NULL when `buf` is NULL.
///
/// Any thread may call it. Since 0.1.
const uint8_t *sealwax_buf_data(const sealwax_buf *buf);

/// The number of bytes in `buf`; 0 when `buf` is NULL.
///
/// Any thread may call it. Since 0.1.
size_t sealwax_buf_len(const sealwax_buf *buf);

/// Wipes and frees `buf`; NULL is fine.
///
/// Since 0.1.
void sealwax_buf_free(sealwax_buf *buf);

/// Begins an engine of the built-in profile `hipaa-2013`, until the builder is told otherwise.
///
/// `*builder` is the caller's, to be given to `sealwax_engine_builder_build` or `sealwax_engine_builder_free`. Returns
/// `SEALWAX_OK`; `SEALWAX_NULL` when `builder` is NULL. Since 0.1.
sealwax_status sealwax_engine_builder_new(sealwax_engine_builder **builder,
                                          sealwax_error **error);

/// Takes the policy from TOML text; `docs/POLICY.md` is its manual. A mistake in it is told by
/// `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_engine_builder_policy_toml(sealwax_engine_builder *builder,
                                                  const char *policy,
                                                  size_t policy_length,
                                                  sealwax_error **error);

/// Takes a built-in policy by its name, for instance `hipaa-2013`. A name that is not known is told by
/// `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_engine_builder_profile(sealwax_engine_builder *builder,
                                              const char *name,
                                              size_t name_length,
                                              sealwax_error **error);

/// Hands in a file that the policy names, under the name that stands there: an include, a term list, or a roster. The library
/// opens no file itself.
///
/// The bytes are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_engine_builder_resource(sealwax_engine_builder *builder,
                                               const char *name,
                                               size_t name_length,
                                               const uint8_t *content,
                                               size_t content_length,
                                               sealwax_error **error);

/// Sets one limit on what a message may cost, by the name that it has in the policy's `[limits]`, such as `parts`; it
/// counts instead of the policy's. What is beyond a limit is an anomaly of the message, which is then not complete. A name
/// that is not known is told by `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_engine_builder_limit(sealwax_engine_builder *builder,
                                            const char *name,
                                            size_t name_length,
                                            uint64_t value,
                                            sealwax_error **error);

/// Sets how many bytes all feeds of the engine may hold together while their messages arrive; 1 GiB without it. What a feed
/// cannot take any more it refuses with `SEALWAX_TEMPORARY`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `builder` is NULL. Since 0.1.
sealwax_status sealwax_engine_builder_feed_budget(sealwax_engine_builder *builder,
                                                  size_t bytes,
                                                  sealwax_error **error);

/// Sets how readily words of health beside a person are taken for PHI, instead of the policy's `[classification] phi`:
/// `strict`, `balanced` or `narrow`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `setting` is none of these; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8`
/// for the arguments. Since 0.1.
sealwax_status sealwax_engine_builder_strictness(sealwax_engine_builder *builder,
                                                 const char *setting,
                                                 size_t setting_length,
                                                 sealwax_error **error);

/// Takes the key of the rosters that the policy names, in its text form: `SEALWAX-HASH-...`. A policy that names a roster is
/// refused without it.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is
/// no such key; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_engine_builder_roster_key(sealwax_engine_builder *builder,
                                                 const char *key,
                                                 size_t key_length,
                                                 sealwax_error **error);

/// Takes the policy, and all that it needs but the key of its rosters, from the bytes that `sealwax_engine_builder_compile`
/// gave or `sealwax compile` wrote.
///
/// The bytes are not copied: they must be readable and stay as they are until every engine that is built from them is freed, and
/// every verdict, feed and sealer of those. A host maps the file, and its processes share the pages. Bytes that are no bundle of
/// this build are told by `sealwax_engine_builder_build`. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
sealwax_status sealwax_engine_builder_bundle(sealwax_engine_builder *builder,
                                             const uint8_t *bundle,
                                             size_t bundle_length,
                                             sealwax_error **error);

/// Compiles the policy of a builder to a bundle: reads and proves it, runs the examples of its detectors, and keeps what came
/// of it, with the files that it names. `builder` is consumed, whatever the answer is, and must not be used again.
///
/// Only the policy counts: limits, strictness and keys are said when an engine is built. `*bundle` is the caller's, to be freed
/// with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` with the line and column of what is wrong; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
sealwax_status sealwax_engine_builder_compile(sealwax_engine_builder *builder,
                                              sealwax_buf **bundle,
                                              sealwax_error **error);

/// Builds an engine from a bundle, as `sealwax_engine_builder_bundle` and `sealwax_engine_builder_build` do.
///
/// The bytes are not copied, and must stay as long as the engine. `*engine` is the caller's, to be freed with
/// `sealwax_engine_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` when the bytes are no bundle, are damaged, or were compiled by another build;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Since 0.1.
sealwax_status sealwax_engine_from_bundle(const uint8_t *bundle,
                                          size_t bundle_length,
                                          sealwax_engine **engine,
                                          sealwax_error **error);

/// Reads the policy and builds the engine. `builder` is consumed, whatever the answer is, and must not be used again.
///
/// `*engine` is the caller's, to be freed with `sealwax_engine_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` with the line and column of what is wrong; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
sealwax_status sealwax_engine_builder_build(sealwax_engine_builder *builder,
                                            sealwax_engine **engine,
                                            sealwax_error **error);

/// Frees a builder that is not built after all; NULL is fine. Since 0.1.
void sealwax_engine_builder_free(sealwax_engine_builder *builder);

/// Makes a second handle to the same engine, which lives until both are freed. It costs no more than a counter: a
/// message can take one and keep it while the host replaces its own.
///
/// `*clone` is the caller's, to be freed with `sealwax_engine_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a
/// pointer is NULL. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_clone(const sealwax_engine *engine,
                                    sealwax_engine **clone,
                                    sealwax_error **error);

/// Decides how the raw message `raw` (RFC 5322) travels to each recipient of `transaction`, at the time `now`.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`.
///
/// `now` is milliseconds since 1970 UTC; seconds are noticed and refused.
///
/// Returns `SEALWAX_OK`; `SEALWAX_EVALUATE` when the transaction has no recipient; `SEALWAX_FACTS` when it names something
/// that the policy does not know, or a time cannot be meant: the text then says which field, of which recipient counted
/// from 1, and what would do; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_evaluate(const sealwax_engine *engine,
                                       const sealwax_transaction *transaction,
                                       const uint8_t *raw,
                                       size_t raw_length,
                                       int64_t now,
                                       sealwax_verdict **verdict,
                                       sealwax_error **error);

/// Decides again for one recipient after an attempt to deliver, as if its outcome had been known before: by the next
/// method that satisfies, or by what the policy says when none does.
///
/// `outcome` names the failure as TLS reports do (RFC 8460, section 4.3), such as `certificate-expired`, or the level over
/// which the message was delivered, such as `verified`. `*verdict` has one delivery and is the caller's, to be freed with
/// `sealwax_verdict_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_EVALUATE` when the transaction has no such recipient; `SEALWAX_FACTS` as
/// `sealwax_engine_evaluate`; `SEALWAX_ADDRESS` when `recipient` is no address; `SEALWAX_RANGE` when there is no such
/// outcome; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_report_outcome(const sealwax_engine *engine,
                                             const sealwax_transaction *transaction,
                                             const uint8_t *raw,
                                             size_t raw_length,
                                             const char *recipient,
                                             size_t recipient_length,
                                             const char *outcome,
                                             size_t outcome_length,
                                             int64_t now,
                                             sealwax_verdict **verdict,
                                             sealwax_error **error);

/// Decides for a facts file, as `docs/JSON.md` describes it: the transaction, the time, and what the message is when
/// `raw` is not given. The time of the facts counts, and `now` only when they have none.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong, without them when there is neither a
/// message nor content in the facts, and as `sealwax_engine_evaluate` does; `SEALWAX_EVALUATE` when the transaction has no
/// recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_evaluate_facts(const sealwax_engine *engine,
                                             const char *facts,
                                             size_t facts_length,
                                             const uint8_t *raw,
                                             size_t raw_length,
                                             int64_t now,
                                             sealwax_verdict **verdict,
                                             sealwax_error **error);

/// Says what is in the raw message `raw`, without deciding anything, as the JSON object that `docs/JSON.md` describes.
///
/// No more findings are listed than the policy's limit `findings` says; how many there are beyond them stands in `unlisted`.
/// `id` stands in the object as the name of the message. `flags` is 0 or `SEALWAX_SCAN_SHOW_TEXT`. `*json` is the
/// caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a flag is unknown; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for
/// the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_scan(const sealwax_engine *engine,
                                   const char *id,
                                   size_t id_length,
                                   const uint8_t *raw,
                                   size_t raw_length,
                                   uint32_t flags,
                                   sealwax_buf **json,
                                   sealwax_error **error);

/// Frees a handle to an engine; NULL is fine. Feeds that were made from it go on. Since 0.1.
void sealwax_engine_free(sealwax_engine *engine);

/// Makes a transaction without sender or recipient.
///
/// `*transaction` is the caller's, to be freed with `sealwax_transaction_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_new(sealwax_transaction **transaction, sealwax_error **error);

/// Makes a transaction from JSON: the `transaction` of a facts file, as `docs/JSON.md` describes it.
///
/// `json` is `json_length` bytes of UTF-8. `*transaction` is the caller's, to be freed with
/// `sealwax_transaction_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`,
/// `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_from_json(const char *json,
                                             size_t json_length,
                                             sealwax_transaction **transaction,
                                             sealwax_error **error);

/// Writes the transaction as JSON, in the form that `sealwax_transaction_from_json` reads.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer
/// is NULL. Since 0.1.
sealwax_status sealwax_transaction_to_json(const sealwax_transaction *transaction,
                                           sealwax_buf **json,
                                           sealwax_error **error);

/// Sets the sender's address: the reverse-path, as `ann@clinic.example`, `<ann@clinic.example>` or
/// `Ann <ann@clinic.example>`; empty or `<>` for a bounce.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_ADDRESS` when it is no address, and then the sender stays as it
/// was; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_set_sender(sealwax_transaction *transaction,
                                              const char *address,
                                              size_t address_length,
                                              sealwax_error **error);

/// Adds a recipient of whom nothing is known: the forward-path, as `bob@example.org`, `<bob@example.org>` or
/// `Bob <bob@example.org>`.
///
/// The text is copied. `index` may be NULL; otherwise it is given the recipient's index, by which the calls below name
/// it.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ADDRESS` when the text is not one address that can be written to, and then nobody was
/// added: the error's text says the place that it would have had, as `recipients[1]`, and nothing of the address;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_add_recipient(sealwax_transaction *transaction,
                                                 const char *address,
                                                 size_t address_length,
                                                 size_t *index,
                                                 sealwax_error **error);

/// The number of recipients; 0 when `transaction` is NULL. Since 0.1.
size_t sealwax_transaction_recipient_count(const sealwax_transaction *transaction);

/// Sets the account that the sender belongs to, for the policy's account floor.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_transaction_set_account(sealwax_transaction *transaction,
                                               const char *account,
                                               size_t account_length,
                                               sealwax_error **error);

/// Adds a group that the sender belongs to, beside those that the policy derives from the address.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_transaction_add_group(sealwax_transaction *transaction,
                                             const char *group,
                                             size_t group_length,
                                             sealwax_error **error);

/// Sets the stream that the host sends the message in, for instance `bulk` or `business`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_transaction_set_stream(sealwax_transaction *transaction,
                                              const char *stream,
                                              size_t stream_length,
                                              sealwax_error **error);

/// Sets what the message is for, for instance `appointment`, `billing` or `newsletter`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_transaction_set_purpose(sealwax_transaction *transaction,
                                               const char *purpose,
                                               size_t purpose_length,
                                               sealwax_error **error);

/// Sets the list or audience that the recipients were taken from: its name or `List-Id` (RFC 2919), and in `health`
/// whether being on it tells something of a person's health, as with "dialysis clinic patients": 1 or 0.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `health` is neither 1 nor 0; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_set_list(sealwax_transaction *transaction,
                                            const char *list,
                                            size_t list_length,
                                            int32_t health,
                                            sealwax_error **error);

/// Says which methods the host can carry out: `SEALWAX_METHODS_` flags or'ed together. Without this call they are
/// TLS and the portal; 0 is none at all.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a flag is unknown; `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_methods(sealwax_transaction *transaction,
                                               uint32_t methods,
                                               sealwax_error **error);

/// Says below which level the host refuses to send when a delivery asks for it: a `SEALWAX_TRANSPORT_` constant.
/// Without this call it is `SEALWAX_TRANSPORT_ENCRYPTED`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such constant; `SEALWAX_NULL` when `transaction` is NULL.
/// Since 0.1.
sealwax_status sealwax_transaction_set_enforces(sealwax_transaction *transaction,
                                                int32_t level,
                                                sealwax_error **error);

/// Says whether the client demanded REQUIRETLS in its MAIL command (RFC 8689): 1 or 0. Authenticated TLS is then
/// required on every hop, and no waiver lowers that.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `require_tls` is neither 1 nor 0; `SEALWAX_NULL` when `transaction` is
/// NULL. Since 0.1.
sealwax_status sealwax_transaction_set_require_tls(sealwax_transaction *transaction,
                                                   int32_t require_tls,
                                                   sealwax_error **error);

/// Raises a fact by name, for instance that a virus scanner could not open a part; the policy can only raise on it.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_transaction_add_flag(sealwax_transaction *transaction,
                                            const char *flag,
                                            size_t flag_length,
                                            sealwax_error **error);

/// Frees `transaction`; NULL is fine. Feeds that were made from it are not touched. Since 0.1.
void sealwax_transaction_free(sealwax_transaction *transaction);

/// Says whether the recipient belongs to the sender's own organisation: 1 or 0. A new recipient does not.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or `internal` is neither 1 nor 0;
/// `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_internal(sealwax_transaction *transaction,
                                                          size_t recipient,
                                                          int32_t internal,
                                                          sealwax_error **error);

/// Says what the recipient's mail client can open: `SEALWAX_KEYS_` flags or'ed together, or 0 for nothing.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or a flag is unknown; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_keys(sealwax_transaction *transaction,
                                                      size_t recipient,
                                                      uint32_t keys,
                                                      sealwax_error **error);

/// Says whether a business associate agreement stands with the recipient (45 CFR 164.504(e)): a `SEALWAX_BAA_`
/// constant.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_baa(sealwax_transaction *transaction,
                                                     size_t recipient,
                                                     int32_t baa,
                                                     sealwax_error **error);

/// Says who the recipient is: a `SEALWAX_PARTY_` constant. An individual, such as a patient, needs no agreement. Of a
/// new recipient nothing is said, and the policy's sets, partners and `default_recipient` say it.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_party(sealwax_transaction *transaction,
                                                       size_t recipient,
                                                       int32_t party,
                                                       sealwax_error **error);

/// Says when the agreement with the recipient stands and which document it is: `agreement` in `docs/JSON.md`, such as
/// `{"date": "2026-01-01", "end": "2026-12-31"}`. One that does not stand is as good as none.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_agreement_json(sealwax_transaction *transaction,
                                                                size_t recipient,
                                                                const char *json,
                                                                size_t json_length,
                                                                sealwax_error **error);

/// Says how the portal authenticates the recipient: a `SEALWAX_AUTHENTICATION_` constant. Without this call it is not known, and a
/// delivery by the portal asks for it (`sealwax_delivery_reader`).
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_set_recipient_authentication(sealwax_transaction *transaction,
                                                                size_t recipient,
                                                                int32_t authentication,
                                                                sealwax_error **error);

/// Adds what the host knows of how the recipient's server can be reached.
///
/// `kind` is a `SEALWAX_EVIDENCE_` constant; `level` is the `SEALWAX_TRANSPORT_` constant that was proved or, when
/// `failed` is 1, that could not be reached. `observed_at` and `valid_until` are milliseconds since 1970 UTC;
/// `SEALWAX_NO_TIME` as `valid_until` gives the evidence the life time of its kind: a day for DANE and probes, a week
/// for deliveries and MTA-STS, no end for the rest.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant, when `failed` is neither 1 nor
/// 0, when `observed_at` is `SEALWAX_NO_TIME`, or when a time is one in seconds, which lies in January 1970;
/// `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
sealwax_status sealwax_transaction_add_evidence(sealwax_transaction *transaction,
                                                size_t recipient,
                                                int32_t kind,
                                                int32_t level,
                                                int64_t observed_at,
                                                int64_t valid_until,
                                                int32_t failed,
                                                sealwax_error **error);

/// Adds a waiver record that the host holds for the recipient: one element of `waivers` in `docs/JSON.md`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_add_waiver_json(sealwax_transaction *transaction,
                                                   size_t recipient,
                                                   const char *json,
                                                   size_t json_length,
                                                   sealwax_error **error);

/// Adds a recipient's wish about mail to them that the host holds, such as an opt-out: one element of `preferences` in
/// `docs/JSON.md`. It only raises.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_transaction_add_preference_json(sealwax_transaction *transaction,
                                                       size_t recipient,
                                                       const char *json,
                                                       size_t json_length,
                                                       sealwax_error **error);

/// Makes what calls the message off that `feed` takes now. The next message after a reset needs another one, so that a call
/// that comes late stops nothing else.
///
/// `*cancel` is the caller's, to be freed with `sealwax_cancel_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
sealwax_status sealwax_feed_cancel(const sealwax_feed *feed,
                                   sealwax_cancel **cancel,
                                   sealwax_error **error);

/// Calls the message off: its feed takes no more pieces, and a finish, also one that is under way, returns
/// `SEALWAX_CANCELLED` soon. It cannot be taken back.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `cancel` is NULL. Any thread may call it. Since 0.1.
sealwax_status sealwax_cancel_call(const sealwax_cancel *cancel,
                                   sealwax_error **error);

/// Frees `cancel`, which calls nothing off; NULL is fine. Since 0.1.
void sealwax_cancel_free(sealwax_cancel *cancel);

/// Begins a message of `transaction`, which is copied.
///
/// `*feed` is the caller's, to be freed with `sealwax_feed_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer
/// is NULL. Since 0.1.
sealwax_status sealwax_feed_new(const sealwax_engine *engine,
                                const sealwax_transaction *transaction,
                                sealwax_feed **feed,
                                sealwax_error **error);

/// Takes one header: its name, and its value with the line breaks of its folds, without the last one. Both are bytes,
/// since headers come in any charset. The blank after the colon may be left out, as milters do.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after the body, raw bytes or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the
/// feed says; `SEALWAX_NULL`, `SEALWAX_LENGTH` for
/// the arguments. Since 0.1.
sealwax_status sealwax_feed_header(sealwax_feed *feed,
                                   const uint8_t *name,
                                   size_t name_length,
                                   const uint8_t *value,
                                   size_t value_length,
                                   sealwax_error **error);

/// Takes a piece of the body, after the last header. The first piece begins behind the empty line.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after raw bytes or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the feed says;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
sealwax_status sealwax_feed_body(sealwax_feed *feed,
                                 const uint8_t *chunk,
                                 size_t chunk_length,
                                 sealwax_error **error);

/// Takes a piece of the raw message, headers included, for hosts that do not take messages apart.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a header, the body or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the
/// feed says; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
sealwax_status sealwax_feed_raw(sealwax_feed *feed,
                                const uint8_t *chunk,
                                size_t chunk_length,
                                sealwax_error **error);

/// Takes the text that the host read in a part: the OCR of a picture or a fax, the transcript of a dictation. `part` is
/// the part's IMAP section number, such as `2` or `1.2`. The text is scanned as the part's own; it may come at any time
/// before the finish, and a part may have several.
///
/// A finish then returns `SEALWAX_EVALUATE` when the message has no such part.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `part` is no section number; `SEALWAX_ORDER` after a finish;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_feed_part_text(sealwax_feed *feed,
                                      const char *part,
                                      size_t part_length,
                                      const char *text,
                                      size_t text_length,
                                      sealwax_error **error);

/// Bounds what this message may cost, in units of the policy's limit `work`, of which a byte takes about one for each time
/// that it is looked at; more than that limit is not to be had. What is left when they are spent is not inspected: the
/// verdict then says that it is not complete, which raises. It holds until a reset.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a finish; `SEALWAX_NULL` when `feed` is NULL. Since 0.1.
sealwax_status sealwax_feed_deadline(sealwax_feed *feed,
                                     uint64_t work,
                                     sealwax_error **error);

/// Gives the verdict for what was pushed, at the time `now`. Nothing can be pushed then until a reset.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`; it does not need the feed any more.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a finish; `SEALWAX_EVALUATE` when the transaction has no recipient, or the
/// message no part of which a text was given; `SEALWAX_TEMPORARY` when a piece was refused, `SEALWAX_CANCELLED` when the message
/// was called off; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_feed_finish(sealwax_feed *feed,
                                   int64_t now,
                                   sealwax_verdict **verdict,
                                   sealwax_error **error);

/// Forgets the message, wipes what was kept, and begins the next one, of `transaction`, which is copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_feed_reset(sealwax_feed *feed,
                                  const sealwax_transaction *transaction,
                                  sealwax_error **error);

/// Wipes what was kept and frees `feed`; NULL is fine. Since 0.1.
void sealwax_feed_free(sealwax_feed *feed);

/// The number of deliveries, which is that of the recipients; 0 when `verdict` is NULL. Since 0.1.
size_t sealwax_verdict_delivery_count(const sealwax_verdict *verdict);

/// The delivery of the recipient that was added as the `index`-th, from 0. It lives as long as `verdict` and is not
/// freed; NULL when `verdict` is NULL or the index is past the end. Since 0.1.
const sealwax_delivery *sealwax_verdict_delivery(const sealwax_verdict *verdict,
                                                 size_t index);

/// Whether everything in the message could be inspected: 1 or 0; 0 when `verdict` is NULL. Since 0.1.
int32_t sealwax_verdict_is_complete(const sealwax_verdict *verdict);

/// How sensitive the message is: a `SEALWAX_LEVEL_` constant; 0 when `verdict` is NULL. Since 0.1.
int32_t sealwax_verdict_level(const sealwax_verdict *verdict);

/// The number of kinds of sensitive content in the message; 0 when `verdict` is NULL. Since 0.1.
size_t sealwax_verdict_category_count(const sealwax_verdict *verdict);

/// The name of a category, such as `phi`, `financial` or `custom:NAME`; NULL when the index is past the end.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
const char *sealwax_verdict_category(const sealwax_verdict *verdict,
                                     size_t index,
                                     size_t *length);

/// Whether content of the category `name` was found: `*holds` is 1 or 0. In a message that is not complete, 0 proves
/// nothing.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the name is neither built in nor of the form `custom:NAME`;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_verdict_has_category(const sealwax_verdict *verdict,
                                            const char *name,
                                            size_t name_length,
                                            int32_t *holds,
                                            sealwax_error **error);

/// Whether the health context comes from outside the text, from the list, the sender or the host: 1 or 0; 0 when
/// `verdict` is NULL. Since 0.1.
int32_t sealwax_verdict_is_implied_phi(const sealwax_verdict *verdict);

/// The number of reasons for the classification; 0 when `verdict` is NULL. Since 0.1.
size_t sealwax_verdict_reason_count(const sealwax_verdict *verdict);

/// A reason for the classification in words, which never holds a matched value; NULL when the index is past the end.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
const char *sealwax_verdict_reason(const sealwax_verdict *verdict,
                                   size_t index,
                                   size_t *length);

/// The name that the policy gives itself; NULL when `verdict` is NULL.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
const char *sealwax_verdict_policy_name(const sealwax_verdict *verdict, size_t *length);

/// SHA-256 of the policy's canonical form, in hexadecimal; NULL when `verdict` is NULL.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
const char *sealwax_verdict_policy_hash(const sealwax_verdict *verdict, size_t *length);

/// Writes the whole verdict as JSON, in the form that `docs/JSON.md` describes: for an audit record, or for what has no
/// function here.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
sealwax_status sealwax_verdict_json(const sealwax_verdict *verdict,
                                    sealwax_buf **json,
                                    sealwax_error **error);

/// Frees `verdict` and with it its deliveries and every text that was read from them; NULL is fine. Since 0.1.
void sealwax_verdict_free(sealwax_verdict *verdict);

/// The recipient's address. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_recipient(const sealwax_delivery *delivery, size_t *length);

/// The delivery in one line for a log, with the reason that decided. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_summary(const sealwax_delivery *delivery,
                                     size_t *length);

/// What the host does with the message: a `SEALWAX_ACTION_` constant. Since 0.1.
int32_t sealwax_delivery_action(const sealwax_delivery *delivery);

/// How the message travels: a `SEALWAX_METHOD_` constant; 0 when it does not. Since 0.1.
int32_t sealwax_delivery_method(const sealwax_delivery *delivery);

/// What the portal asks of the recipient, at least, before it opens the message for them: a `SEALWAX_AUTHENTICATION_` constant; 0
/// where neither the method nor the fallback is the portal. A portal that cannot ask for it does not take the message. The secret
/// of a pickup link that is in the mail with the link authenticates nobody. Since 0.1.
int32_t sealwax_delivery_reader(const sealwax_delivery *delivery);

/// What the host does when the contract cannot be met: a `SEALWAX_ACTION_` constant; 0 when there is no fallback, and
/// the host then tries again later. Since 0.1.
int32_t sealwax_delivery_fallback_action(const sealwax_delivery *delivery);

/// How the message travels by the fallback: a `SEALWAX_METHOD_` constant; 0 when it does not. Since 0.1.
int32_t sealwax_delivery_fallback_method(const sealwax_delivery *delivery);

/// How well the message itself must be protected: `none`, `sealed`, or `sealed-authenticated`, whose reader is authenticated
/// by a second factor. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_requirement_message(const sealwax_delivery *delivery,
                                                 size_t *length);

/// How much evidence the audit record must keep: `normal` or `full`. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_requirement_audit(const sealwax_delivery *delivery,
                                               size_t *length);

/// How many days the audit record is kept at least, beyond the default. Since 0.1.
size_t sealwax_delivery_requirement_retention_days(const sealwax_delivery *delivery);

/// 1 when the key exchange must be post-quantum, else 0. Since 0.1.
int32_t sealwax_delivery_requirement_post_quantum(const sealwax_delivery *delivery);

/// The level below which the server must not send: a `SEALWAX_TRANSPORT_` constant; 0 when nothing leaves by SMTP.
/// Since 0.1.
int32_t sealwax_delivery_contract_level(const sealwax_delivery *delivery);

/// The contract as the right-hand side of a Postfix `smtp_tls_policy_maps` entry; NULL when nothing leaves by SMTP.
/// `length` may be NULL. Since 0.1.
const char *sealwax_delivery_contract_postfix(const sealwax_delivery *delivery,
                                              size_t *length);

/// The lowest protocol version that will do, such as `TLSv1.2`; NULL when any will. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_contract_protocol(const sealwax_delivery *delivery,
                                               size_t *length);

/// The number of cipher suites that will do; 0 when any will. Since 0.1.
size_t sealwax_delivery_contract_suite_count(const sealwax_delivery *delivery);

/// The IANA name of a cipher suite that will do; NULL when the index is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_contract_suite(const sealwax_delivery *delivery,
                                            size_t index,
                                            size_t *length);

/// Whether the message is handed on with REQUIRETLS, and only to a server that offers it (RFC 8689, section 4.2.1): 1
/// or 0. Since 0.1.
int32_t sealwax_delivery_contract_require_tls(const sealwax_delivery *delivery);

/// The SMTP reply code for the client when the message is not taken, such as 550; 0 when it is taken. Since 0.1.
int32_t sealwax_delivery_reply_code(const sealwax_delivery *delivery);

/// The enhanced status code for the client (RFC 3463), such as `5.7.1`; NULL when the message is taken. `length` may be
/// NULL. Since 0.1.
const char *sealwax_delivery_reply_status(const sealwax_delivery *delivery,
                                          size_t *length);

/// The text for the client, which names no content; NULL when the message is taken. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_reply_text(const sealwax_delivery *delivery,
                                        size_t *length);

/// The number of changes to the message that belong to the decision. Since 0.1.
size_t sealwax_delivery_edit_count(const sealwax_delivery *delivery);

/// What a change does: a `SEALWAX_EDIT_` constant; 0 when the index is past the end. Since 0.1.
int32_t sealwax_delivery_edit_kind(const sealwax_delivery *delivery, size_t index);

/// The name of the header that a change is about, or, for `SEALWAX_EDIT_KEEP`, the names of those that stay; NULL when the
/// index is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_edit_name(const sealwax_delivery *delivery,
                                       size_t index,
                                       size_t *length);

/// The new value of the header, not folded; NULL when headers are removed or kept, or the index is past the end. `length`
/// may be NULL. Since 0.1.
const char *sealwax_delivery_edit_value(const sealwax_delivery *delivery,
                                        size_t index,
                                        size_t *length);

/// Makes the edits: what leaves for this recipient, of the message that was judged.
///
/// By TLS it is the whole message with the edits of the delivery. Of a sealed delivery it is the header fields that stand
/// outside of the seal, without an empty line at the end: the sealed container, a MIME entity with `MIME-Version` and
/// `Content-Type` of its own, is put straight behind them. What goes into the container is what `sealwax_message_inner`
/// gives. The header block with its empty line will do for `raw`: the body is copied as it is.
///
/// `*outer` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_ORDER` when nothing
/// leaves, because the action is to hold, return or drop the message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
sealwax_status sealwax_delivery_outer(const sealwax_delivery *delivery,
                                      const uint8_t *raw,
                                      size_t raw_length,
                                      sealwax_buf **outer,
                                      sealwax_error **error);

/// The same for the fallback: what leaves when the contract cannot be met.
///
/// `*outer` is the caller's, to be freed with `sealwax_buf_free`. Returns as `sealwax_delivery_outer`; `SEALWAX_ORDER` when
/// there is no fallback, or nothing leaves by it. Since 0.1.
sealwax_status sealwax_delivery_fallback_outer(const sealwax_delivery *delivery,
                                               const uint8_t *raw,
                                               size_t raw_length,
                                               sealwax_buf **outer,
                                               sealwax_error **error);

/// What goes into the seal: the whole message but for every `Bcc` and `Resent-Bcc`, which name recipients whom the others
/// do not see.
///
/// `*inner` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for
/// the arguments. Since 0.1.
sealwax_status sealwax_message_inner(const uint8_t *raw,
                                     size_t raw_length,
                                     sealwax_buf **inner,
                                     sealwax_error **error);

/// Whether the host keeps a copy in its archive, because the policy asks for it of what leaves like this: 1 or 0.
/// Since 0.1.
int32_t sealwax_delivery_archive(const sealwax_delivery *delivery);

/// The number of causes of the requirement: for each dimension above the bottom, what set it. Since 0.1.
size_t sealwax_delivery_why_count(const sealwax_delivery *delivery);

/// The dimension that a cause set, such as `transport` or `message`; NULL when the index is past the end. `length` may
/// be NULL. Since 0.1.
const char *sealwax_delivery_why_dimension(const sealwax_delivery *delivery,
                                           size_t index,
                                           size_t *length);

/// The value that a cause gave its dimension, such as `verified`; NULL when the index is past the end. `length` may be
/// NULL. Since 0.1.
const char *sealwax_delivery_why_value(const sealwax_delivery *delivery,
                                       size_t index,
                                       size_t *length);

/// The rule of the policy, `baseline`, or the scope that is the cause; NULL when the index is past the end. `length`
/// may be NULL. Since 0.1.
const char *sealwax_delivery_why_rule(const sealwax_delivery *delivery,
                                      size_t index,
                                      size_t *length);

/// A cause in words; NULL when the index is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_why_reason(const sealwax_delivery *delivery,
                                        size_t index,
                                        size_t *length);

/// The citation that the rule names; NULL when it names none or the index is past the end. `length` may be NULL.
/// Since 0.1.
const char *sealwax_delivery_why_citation(const sealwax_delivery *delivery,
                                          size_t index,
                                          size_t *length);

/// The number of methods with less friction that were rejected. Since 0.1.
size_t sealwax_delivery_rejected_count(const sealwax_delivery *delivery);

/// A method that was rejected: a `SEALWAX_METHOD_` constant; 0 when the index is past the end. Since 0.1.
int32_t sealwax_delivery_rejected_method(const sealwax_delivery *delivery,
                                         size_t index);

/// Why a method was rejected, in words; NULL when the index is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_rejected_reason(const sealwax_delivery *delivery,
                                             size_t index,
                                             size_t *length);

/// The id of the waiver that lowered the requirement; NULL when none did. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_waiver(const sealwax_delivery *delivery,
                                    size_t *length);

/// By when somebody should have asked whether the waiver that lowered the requirement still stands, in milliseconds since
/// 1970 UTC; `SEALWAX_NO_TIME` when no such time is over. Since 0.1.
int64_t sealwax_delivery_waiver_review_due(const sealwax_delivery *delivery);

/// The number of the recipient's waivers that did not apply. Since 0.1.
size_t sealwax_delivery_unapplied_waiver_count(const sealwax_delivery *delivery);

/// The id of a waiver that did not apply; NULL when the index is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_unapplied_waiver(const sealwax_delivery *delivery,
                                              size_t index,
                                              size_t *length);

/// Why a waiver did not apply, in words that go on from its id, such as `does not cover clinical-data`; NULL when the index
/// is past the end. `length` may be NULL. Since 0.1.
const char *sealwax_delivery_unapplied_waiver_reason(const sealwax_delivery *delivery,
                                                     size_t index,
                                                     size_t *length);

/// The other way that the recipient asked for (45 CFR 164.522(b)), in the words of the record; NULL when there is none.
/// `length` may be NULL. Since 0.1.
const char *sealwax_delivery_instead(const sealwax_delivery *delivery,
                                     size_t *length);

/// Draws a fresh key for rosters and pseudonyms from the system's random generator, in its text form. It opens nothing,
/// but whoever has it can test a guess.
///
/// `*key` is secret and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns `SEALWAX_OK`;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when `key` is NULL. Since 0.1.
sealwax_status sealwax_hash_key_generate(sealwax_buf **key,
                                         sealwax_error **error);

/// Makes a redaction of the mode `SEALWAX_MODE_TYPE`.
///
/// `*redaction` is the caller's, to be freed with `sealwax_redaction_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `redaction` is NULL. Since 0.1.
sealwax_status sealwax_redaction_new(sealwax_redaction **redaction,
                                     sealwax_error **error);

/// Says what takes the place of a value: a `SEALWAX_MODE_` constant. `SEALWAX_MODE_PSEUDONYM` needs a key
/// (`sealwax_redaction_set_key`).
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such constant; `SEALWAX_NULL` when `redaction` is NULL.
/// Since 0.1.
sealwax_status sealwax_redaction_set_mode(sealwax_redaction *redaction,
                                          int32_t mode,
                                          sealwax_error **error);

/// Takes the key of pseudonyms and of moved dates in its text form: `SEALWAX-HASH-...`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is
/// no such key; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_redaction_set_key(sealwax_redaction *redaction,
                                         const char *key,
                                         size_t key_length,
                                         sealwax_error **error);

/// Moves dates instead of replacing them, all dates of one `subject` by the same number of days, so that the time between
/// them stays. It needs a key (`sealwax_redaction_set_key`), and leaves more than 45 CFR 164.514(b)(2)(i)(C) allows: of a
/// date, only the year may stay.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_redaction_shift_dates(sealwax_redaction *redaction,
                                             const char *subject,
                                             size_t subject_length,
                                             sealwax_error **error);

/// Leaves values of a type, such as `PHONE_NUMBER`, as they are.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_redaction_keep(sealwax_redaction *redaction,
                                      const char *label,
                                      size_t label_length,
                                      sealwax_error **error);

/// Says whether the address fields and the date of a message stay as they are: 1 or 0. They do not in a new redaction.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `keep` is neither 1 nor 0; `SEALWAX_NULL` when `redaction` is NULL.
/// Since 0.1.
sealwax_status sealwax_redaction_keep_participants(sealwax_redaction *redaction,
                                                   int32_t keep,
                                                   sealwax_error **error);

/// Wipes the key and frees `redaction`; NULL is fine. Since 0.1.
void sealwax_redaction_free(sealwax_redaction *redaction);

/// Writes the raw message `raw` anew without what identifies somebody: its texts rewritten, addresses that are nobody's,
/// of the date the year, few header fields, and a line in the place of every part that is no text.
///
/// `redaction` may be NULL, which is one of `SEALWAX_MODE_TYPE`. `*redacted` is the new message. `*summary` is what was
/// taken out, as the JSON object that `docs/JSON.md` describes, in which `id` stands as the name of the message; `summary`
/// may be NULL. Both are the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_REDACT` when something is still found after every effort; `SEALWAX_KEY` when the
/// redaction needs a key and has none; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may
/// call it. Since 0.1.
sealwax_status sealwax_engine_redact(const sealwax_engine *engine,
                                     const sealwax_redaction *redaction,
                                     const char *id,
                                     size_t id_length,
                                     const uint8_t *raw,
                                     size_t raw_length,
                                     sealwax_buf **redacted,
                                     sealwax_buf **summary,
                                     sealwax_error **error);

/// Rewrites one text without a message around it, as `sealwax_engine_redact` does with the texts of a message.
///
/// Returns as `sealwax_engine_redact`. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_redact_text(const sealwax_engine *engine,
                                          const sealwax_redaction *redaction,
                                          const char *id,
                                          size_t id_length,
                                          const char *text,
                                          size_t text_length,
                                          sealwax_buf **redacted,
                                          sealwax_buf **summary,
                                          sealwax_error **error);

/// Reports which identifiers of 45 CFR 164.514(b)(2) the raw message `raw` holds, and which of them `purpose` does not need
/// (45 CFR 164.502(b)), as the JSON object that `docs/JSON.md` describes, in which `id` stands as the name of the message.
///
/// `purpose` is `appointment`, `billing`, `individual`, `newsletter`, `operations`, `research`, `research-limited` or
/// `treatment`; with `purpose_length` 0 none is stated. `*json` is the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_REDACT` when not everything could be looked through within the limit `work`;
/// `SEALWAX_RANGE` when there is no such purpose; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any
/// thread may call it. Since 0.1.
sealwax_status sealwax_engine_identifiers(const sealwax_engine *engine,
                                          const char *id,
                                          size_t id_length,
                                          const uint8_t *raw,
                                          size_t raw_length,
                                          const char *purpose,
                                          size_t purpose_length,
                                          sealwax_buf **json,
                                          sealwax_error **error);

/// Reports as `sealwax_engine_identifiers` on one text without a message around it.
///
/// Returns as `sealwax_engine_identifiers`. Any thread may call it. Since 0.1.
sealwax_status sealwax_engine_identifiers_in_text(const sealwax_engine *engine,
                                                  const char *id,
                                                  size_t id_length,
                                                  const char *text,
                                                  size_t text_length,
                                                  const char *purpose,
                                                  size_t purpose_length,
                                                  sealwax_buf **json,
                                                  sealwax_error **error);

/// Makes an empty context.
///
/// `*context` is the caller's, to be freed with `sealwax_context_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `context` is NULL. Since 0.1.
sealwax_status sealwax_context_new(sealwax_context **context,
                                   sealwax_error **error);

/// Adds a pair.
///
/// The texts are copied. Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the name is empty or stands there already, or the
/// pairs become too long together (64 KiB); `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_context_add(sealwax_context *context,
                                   const char *name,
                                   size_t name_length,
                                   const char *value,
                                   size_t value_length,
                                   sealwax_error **error);

/// Frees `context`; NULL is fine. Since 0.1.
void sealwax_context_free(sealwax_context *context);

/// Makes an empty keyring.
///
/// `*keyring` is the caller's, to be freed with `sealwax_keyring_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `keyring` is NULL. Since 0.1.
sealwax_status sealwax_keyring_new(sealwax_keyring **keyring,
                                   sealwax_error **error);

/// Adds a local key in its text form: `SEALWAX-LOCAL-1...`, alone or in a file as `sealwax keygen` writes it, with comments
/// behind `#`, blank lines and a byte order mark.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_keyring_add_local(sealwax_keyring *keyring,
                                         const char *key,
                                         size_t key_length,
                                         sealwax_error **error);

/// Adds a key of any kind in its text form, told apart by how it begins: a local key, a link secret, or a secret key of a
/// pair, which seal and open; or a public key, which only seals; alone or in a file as `sealwax keygen` writes it. What other
/// programs wrote is taken by `sealwax_keyring_add_certificate` and `sealwax_keyring_add_credentials`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns as `sealwax_keyring_add_local`.
/// Since 0.1.
sealwax_status sealwax_keyring_add_key(sealwax_keyring *keyring,
                                       const char *key,
                                       size_t key_length,
                                       sealwax_error **error);

/// Adds the key of an X.509 certificate in a PEM text (RFC 7468), which only seals: by HPKE for P-256, P-384 and X25519, by
/// RSA-OAEP with SHA-256 for RSA, for those who have an S/MIME certificate already. Of a chain it is that of the owner. It
/// must be valid at the time `now`; who issued it, and whether it was revoked, is for the host to know. DER and PKCS #12 are
/// taken by `sealwax_keyring_add_credentials`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_KEY`, with a text that says what was found, when it is no certificate,
/// its key is of another kind, no RSA key of 2,048 to 8,192 bits or not for encryption, or it is not valid at `now`;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_keyring_add_certificate(sealwax_keyring *keyring,
                                               const char *pem,
                                               size_t pem_length,
                                               int64_t now,
                                               sealwax_error **error);

/// Adds what is in a key file of another program, in PEM, DER or PKCS #12 (`.p12`, `.pfx`): its secret keys, which open, and,
/// when `seals` is not 0, the key of its certificate, which seals and must be valid at the time `now` as with
/// `sealwax_keyring_add_certificate`. Secret keys are for P-256, P-384, X25519 or RSA. `passphrase` opens what is encrypted
/// (PBES2 with AES and SHA-2; older ciphers are refused); with `passphrase_length` 0 there is none.
///
/// All is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY`, with a text that
/// says what was found and what can be done, when there is no secret key and `seals` is 0, no certificate and `seals` is not
/// 0, or the passphrase is missing or wrong, and then nothing is added; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
sealwax_status sealwax_keyring_add_credentials(sealwax_keyring *keyring,
                                               const uint8_t *file,
                                               size_t file_length,
                                               const char *passphrase,
                                               size_t passphrase_length,
                                               int32_t seals,
                                               int64_t now,
                                               sealwax_error **error);

/// Adds an unencrypted RSA key in PEM (PKCS #8: it begins with `-----BEGIN PRIVATE KEY-----`), which only opens what was
/// sealed for its certificate. Keys of other kinds and forms are taken by `sealwax_keyring_add_credentials`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is no
/// such key or has not 2,048 to 8,192 bits; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_keyring_add_rsa_secret_key(sealwax_keyring *keyring,
                                                  const char *pem,
                                                  size_t pem_length,
                                                  sealwax_error **error);

/// Adds a passphrase, which is stretched by Argon2id with the cost that RFC 9106 recommends. It seals alone: a sealer of
/// a keyring with a passphrase and another key that seals fails with `SEALWAX_SEAL`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments; `SEALWAX_KEY` when it is empty. Since 0.1.
sealwax_status sealwax_keyring_add_passphrase(sealwax_keyring *keyring,
                                              const char *passphrase,
                                              size_t passphrase_length,
                                              sealwax_error **error);

/// Adds the keys of a key ring file, as `sealwax keygen --ring` writes it: the active key `id` seals and opens, all
/// others only open. With `id_length` 0 all of them only open. The epoch of the ring then stands in the headers of what the
/// keyring seals.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// line of what is wrong, or when there is no active key `id`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
sealwax_status sealwax_keyring_add_ring(sealwax_keyring *keyring,
                                        const char *ring,
                                        size_t ring_length,
                                        const char *id,
                                        size_t id_length,
                                        sealwax_error **error);

/// Draws a fresh key of `kind`, one of the `SEALWAX_KEY_` kinds, from the system's random generator, adds it, and gives its
/// text form to be kept. `*public_key` is the public half as text, or empty when the kind has none; `public_key` may be
/// NULL.
///
/// `*key` is secret. Both are the caller's, to be freed with `sealwax_buf_free`, which wipes them. Returns `SEALWAX_OK`;
/// `SEALWAX_RANGE` when `kind` is none; `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when
/// `keyring` or `key` is NULL. Since 0.1.
sealwax_status sealwax_keyring_generate(sealwax_keyring *keyring,
                                        int32_t kind,
                                        sealwax_buf **key,
                                        sealwax_buf **public_key,
                                        sealwax_error **error);

/// Draws a fresh local key from the system's random generator, adds it, and gives its text form to be kept.
///
/// `*key` is secret and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns `SEALWAX_OK`;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_keyring_generate_local(sealwax_keyring *keyring,
                                              sealwax_buf **key,
                                              sealwax_error **error);

/// The number of keys; 0 when `keyring` is NULL. Since 0.1.
size_t sealwax_keyring_len(const sealwax_keyring *keyring);

/// Wipes the keys and frees `keyring`; NULL is fine. Since 0.1.
void sealwax_keyring_free(sealwax_keyring *keyring);

/// Reads the text of a key ring; an empty text is an empty ring.
///
/// The text is copied into memory that is wiped; the caller wipes its own. `*ring` is the caller's, to be freed with
/// `sealwax_ring_free`. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the line of what is wrong; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_ring_new(const char *text,
                                size_t text_length,
                                sealwax_ring **ring,
                                sealwax_error **error);

/// Draws a new version of the key `id` from the system's random generator; the version that sealed until now only opens
/// from here on.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the id is empty, too long, or holds blanks or control characters;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
sealwax_status sealwax_ring_rotate(sealwax_ring *ring,
                                   const char *id,
                                   size_t id_length,
                                   sealwax_error **error);

/// Destroys every version of the key `id`: what was sealed under them alone, as all messages of a bucket of this id are,
/// never opens again, if no copy of the ring is left anywhere. `*versions`, which may be NULL, is how many there were; 0
/// means that there is no such key.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_ring_destroy(sealwax_ring *ring,
                                    const char *id,
                                    size_t id_length,
                                    size_t *versions,
                                    sealwax_error **error);

/// How often the ring has changed; 0 when `ring` is NULL. Since 0.1.
uint32_t sealwax_ring_epoch(const sealwax_ring *ring);

/// Writes the ring as text, to be kept in a file that nobody else can read.
///
/// `*text` is as secret as the keys, and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns
/// `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_ring_text(const sealwax_ring *ring,
                                 sealwax_buf **text,
                                 sealwax_error **error);

/// Writes the ring as a sealed message for the keys of `keyring` that seal: a passphrase, a key service or any others. Its
/// file alone then opens nothing. The header says in clear that it is a key ring, and its epoch.
///
/// `*wrapped` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the
/// keyring seals; `SEALWAX_SEAL` and `SEALWAX_TEMPORARY` as `sealwax_seal`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_ring_wrap(const sealwax_ring *ring,
                                 const sealwax_keyring *keyring,
                                 sealwax_buf **wrapped,
                                 sealwax_error **error);

/// Reads a wrapped key ring, as `sealwax_ring_wrap` and `sealwax keygen --ring` write it, with a key of `keyring` that opens.
///
/// `*ring` is the caller's, to be freed with `sealwax_ring_free`. Returns `SEALWAX_OK`; `SEALWAX_OPEN` when no key unwraps it, or it
/// was changed; `SEALWAX_KEY` when it is no wrapped key ring, or no key of the keyring opens; `SEALWAX_NULL`, `SEALWAX_LENGTH`
/// for the arguments. Since 0.1.
sealwax_status sealwax_ring_unwrap(const uint8_t *wrapped,
                                   size_t wrapped_length,
                                   const sealwax_keyring *keyring,
                                   sealwax_ring **ring,
                                   sealwax_error **error);

/// Wipes the keys and frees `ring`; NULL is fine. Since 0.1.
void sealwax_ring_free(sealwax_ring *ring);

/// Makes an opener with the keys that are in `keyring` now.
///
/// A message that is to be destroyed at a time opens only when the opener is told the time (`sealwax_opener_at`) and that is
/// not past, or when it opens past the retention (`sealwax_opener_past_retention`).
///
/// `supplied` is the context that was supplied when the messages were sealed; NULL is an empty one. `*opener` is the
/// caller's, to be freed with `sealwax_opener_free`; the arguments are copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the keyring opens; `SEALWAX_NULL` when `keyring` or `opener` is NULL.
/// Since 0.1.
sealwax_status sealwax_opener_new(const sealwax_keyring *keyring,
                                  const sealwax_context *supplied,
                                  sealwax_opener **opener,
                                  sealwax_error **error);

/// Says how many threads may share the opening of one message of 1 MiB or more into another buffer; 1 without this call.
/// They are joined before the call that opens returns.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `threads` is 0; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
sealwax_status sealwax_opener_threads(sealwax_opener *opener,
                                      size_t threads,
                                      sealwax_error **error);

/// Says what time it is: a message that was to be destroyed before `now` (milliseconds since 1970-01-01 UTC) does not open.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
sealwax_status sealwax_opener_at(sealwax_opener *opener,
                                 int64_t now,
                                 sealwax_error **error);

/// Opens messages also after they were to be destroyed, as a legal hold may ask for.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
sealwax_status sealwax_opener_past_retention(sealwax_opener *opener, sealwax_error **error);

/// The capacity that opening `sealed` takes, told by its header and length; nothing is verified. It is the length of the
/// plaintext, and of what stands behind it in a message that is padded or signed.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_opener_len(const sealwax_opener *opener,
                                  const uint8_t *sealed,
                                  size_t sealed_length,
                                  size_t *length,
                                  sealwax_error **error);

/// Opens `sealed` into `plain`, a buffer of the caller's of `capacity` bytes that must not overlap `sealed`.
///
/// On `SEALWAX_OK`, `*needed` is the number of bytes written; on `SEALWAX_SHORT`, it is the capacity that is needed
/// and nothing was written. After any other failure nothing of the plaintext is left in the buffer.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_OPEN` when the message does not open, whatever the reason;
/// `SEALWAX_RANGE` when the buffers overlap; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call
/// it. Since 0.1.
sealwax_status sealwax_opener_open(const sealwax_opener *opener,
                                   const uint8_t *sealed,
                                   size_t sealed_length,
                                   uint8_t *plain,
                                   size_t capacity,
                                   size_t *needed,
                                   sealwax_error **error);

/// Opens the body of a message whose header was kept apart, as `sealwax_opener_open` does.
///
/// Returns as `sealwax_opener_open`. Any thread may call it. Since 0.1.
sealwax_status sealwax_opener_open_detached(const sealwax_opener *opener,
                                            const uint8_t *header,
                                            size_t header_length,
                                            const uint8_t *body,
                                            size_t body_length,
                                            uint8_t *plain,
                                            size_t capacity,
                                            size_t *needed,
                                            sealwax_error **error);

/// Opens the sealed message that fills `buffer` in place. The plaintext starts where the sealed message did, and
/// `*plain_length` is its length.
///
/// A failure leaves nothing of the plaintext in the buffer, and the sealed message may be destroyed.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_opener_open_in_place(const sealwax_opener *opener,
                                            uint8_t *buffer,
                                            size_t length,
                                            size_t *plain_length,
                                            sealwax_error **error);

/// Wipes what it holds and frees `opener`; NULL is fine. Since 0.1.
void sealwax_opener_free(sealwax_opener *opener);

/// Makes a sealer for the keys that are in `keyring` now.
///
/// `stored` and `supplied` are the contexts that the messages are bound to; either may be NULL, which is an empty one.
/// `*sealer` is the caller's, to be freed with `sealwax_sealer_free`; the arguments are copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the keyring seals; `SEALWAX_RANGE` when the contexts share a name or are
/// too long together; `SEALWAX_NULL` when `keyring` or `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_new(const sealwax_keyring *keyring,
                                  const sealwax_context *stored,
                                  const sealwax_context *supplied,
                                  sealwax_sealer **sealer,
                                  sealwax_error **error);

/// Says how long the messages are kept: the name of a class, which stands in clear in the header, and when they are to be
/// destroyed, or `SEALWAX_NO_TIME`.
///
/// The text is copied. A class of more than 255 bytes or with control characters makes sealing fail with `SEALWAX_SEAL`.
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_sealer_retention(sealwax_sealer *sealer,
                                        const char *class_,
                                        size_t class_length,
                                        int64_t not_after,
                                        sealwax_error **error);

/// Puts the messages into a bucket, for crypto-shredding: every key of the keyring must have the id `bucket`, as the active
/// key of a key ring has (`sealwax_keyring_add_ring`), so that destroying that key destroys the messages. The name stands
/// in clear in the stored context. With other keys, sealing fails with `SEALWAX_SEAL`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the sealer has a bucket already, or the stored context becomes too long;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_sealer_bucket(sealwax_sealer *sealer,
                                     const char *bucket,
                                     size_t bucket_length,
                                     sealwax_error **error);

/// Protects the recipient list of the messages, as it is without this call too: one of which a recipient was taken away or
/// added by somebody who cannot open it does not open any more.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_protect_recipients(sealwax_sealer *sealer,
                                                 sealwax_error **error);

/// Names no recipient of the messages in their headers, which tell the kind of each key only. Who opens one tries each key of
/// that kind, up to 64.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SEAL` when a key is that of a key service, which is asked by its name; `SEALWAX_NULL` when
/// `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_anonymous(sealwax_sealer *sealer,
                                        sealwax_error **error);

/// Pads the messages, so that their length tells only about how long their content is: what is shorter than 256 bytes is made that
/// long, and at most 7 % are added to all else. They are sealed by one thread.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_padded(sealwax_sealer *sealer,
                                     sealwax_error **error);

/// Leaves the recipient list of the messages unprotected: whoever can write to the store may then take recipients away
/// unnoticed, and `sealwax_rewrapper_remove` needs no key.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_leave_recipients_open(sealwax_sealer *sealer,
                                                    sealwax_error **error);

/// Says how many threads may share the sealing of one message of 1 MiB or more into another buffer; 1 without this call.
/// They are joined before the call that seals returns.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `threads` is 0; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
sealwax_status sealwax_sealer_threads(sealwax_sealer *sealer,
                                      size_t threads,
                                      sealwax_error **error);

/// The length of the sealed message for `plain_length` bytes: exact, or with a key of a key service the most that it can
/// be.
///
/// Returns `SEALWAX_OK`; `SEALWAX_LENGTH` when no sealed message is that long; `SEALWAX_NULL` when `sealer` or `length`
/// is NULL. Any thread may call it. Since 0.1.
sealwax_status sealwax_sealer_len(const sealwax_sealer *sealer,
                                  size_t plain_length,
                                  size_t *length,
                                  sealwax_error **error);

/// Seals `plain` into `sealed`, a buffer of the caller's of `capacity` bytes that must not overlap `plain`.
///
/// On `SEALWAX_OK`, `*needed` is the number of bytes written; on `SEALWAX_SHORT`, it is the capacity that is needed
/// and nothing was written. After any other failure the buffer may hold part of a message that cannot be opened.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_SEAL`; `SEALWAX_TEMPORARY` when the system gives no randomness
/// or a key service fails; `SEALWAX_RANGE` when the buffers overlap; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call
/// it. Since 0.1.
sealwax_status sealwax_sealer_seal(const sealwax_sealer *sealer,
                                   const uint8_t *plain,
                                   size_t plain_length,
                                   uint8_t *sealed,
                                   size_t capacity,
                                   size_t *needed,
                                   sealwax_error **error);

/// Seals the first `plain_length` bytes of `buffer`, which is `capacity` bytes long, in place. The sealed message
/// starts where the plaintext did, and none of the plaintext is left.
///
/// On `SEALWAX_OK`, `*needed` is the length of the sealed message; on `SEALWAX_SHORT`, it is the capacity that is
/// needed and the buffer is unchanged.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_SEAL`; `SEALWAX_TEMPORARY` when the system gives no randomness;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_sealer_seal_in_place(const sealwax_sealer *sealer,
                                            uint8_t *buffer,
                                            size_t capacity,
                                            size_t plain_length,
                                            size_t *needed,
                                            sealwax_error **error);

/// Wipes what it holds and frees `sealer`; NULL is fine. Since 0.1.
void sealwax_sealer_free(sealwax_sealer *sealer);

/// Draws a fresh signing key (Ed25519, RFC 8032) from the system's random generator. Messages that it signs
/// (`sealwax_sealer_sign`) are known by its public half (`sealwax_opener_sender`).
///
/// `*key`, as text, is secret. Both are the caller's, to be freed with `sealwax_buf_free`, which wipes them. Returns
/// `SEALWAX_OK`; `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when `key` or `public_key` is NULL.
/// Since 0.1.
sealwax_status sealwax_signing_key_generate(sealwax_buf **key,
                                            sealwax_buf **public_key,
                                            sealwax_error **error);

/// Draws a new version of the signing key `id` of a ring; versions before it only tell who signed. `*public_key` is its public half
/// as text, by which readers know it, and the caller's, to be freed with `sealwax_buf_free`; `public_key` may be NULL.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the id is empty, too long, or holds blanks or control characters;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
sealwax_status sealwax_ring_rotate_signer(sealwax_ring *ring,
                                          const char *id,
                                          size_t id_length,
                                          sealwax_buf **public_key,
                                          sealwax_error **error);

/// Destroys every version of the signing key `id` of a ring, as when it was stolen. `*versions`, which may be NULL, is how many
/// there were; 0 means that there is no such key. Readers go on to believe its public half until they are told.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_ring_destroy_signer(sealwax_ring *ring,
                                           const char *id,
                                           size_t id_length,
                                           size_t *versions,
                                           sealwax_error **error);

/// Signs the messages with a signing key in its text form, `SEALWAX-ED25519-SECRET-1...`, alone or in a file as `sealwax keygen
/// --type ed25519` writes it. Who opens one knows who sealed it; who does not sees only that it is signed.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_sealer_sign(sealwax_sealer *sealer,
                                   const char *key,
                                   size_t key_length,
                                   sealwax_error **error);

/// Signs the messages with the active signing key `id` of a ring, as `sealwax_sealer_sign` does with a key by itself.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when the ring has no active signing key of this id; `SEALWAX_NULL`, `SEALWAX_LENGTH`,
/// `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_sealer_sign_with_ring(sealwax_sealer *sealer,
                                             const sealwax_ring *ring,
                                             const char *id,
                                             size_t id_length,
                                             sealwax_error **error);

/// Opens only messages that this sender signed, or another one that is added by such a call: their public key as text,
/// `sealwax-ed25519-1...`. Without such a call everything opens, but not what bears a wrong signature.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the column of what is wrong; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
sealwax_status sealwax_opener_sender(sealwax_opener *opener,
                                     const char *public_key,
                                     size_t public_key_length,
                                     sealwax_error **error);

/// Opens `sealed` into `plain` as `sealwax_opener_open` does, and says who signed it: `*sender` is the public key as text,
/// empty when nobody did. Whether the key is that of somebody whom you know is for you to say, or for
/// `sealwax_opener_sender`.
///
/// `*sender` is the caller's, to be freed with `sealwax_buf_free`; it is set on `SEALWAX_OK` only. Returns as
/// `sealwax_opener_open`, and `SEALWAX_NULL` when `sender` is NULL. Any thread may call it. Since 0.1.
sealwax_status sealwax_opener_open_signed(const sealwax_opener *opener,
                                          const uint8_t *sealed,
                                          size_t sealed_length,
                                          uint8_t *plain,
                                          size_t capacity,
                                          size_t *needed,
                                          sealwax_buf **sender,
                                          sealwax_error **error);

/// Who signed the message that `reader` reads, once its last chunk is verified, at the end at the latest: `*sender` is the public
/// key as text, empty before that and when nobody did.
///
/// `*sender` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL.
/// Since 0.1.
sealwax_status sealwax_chunkwise_reader_sender(const sealwax_chunkwise_reader *reader,
                                               sealwax_buf **sender,
                                               sealwax_error **error);

/// The length of the header that `sealed` begins with: what is behind it is the body. A host may keep the two apart, for
/// instance the header in a database and the body in an object store.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments.
/// Any thread may call it. Since 0.1.
sealwax_status sealwax_sealed_header_len(const uint8_t *sealed,
                                         size_t sealed_length,
                                         size_t *length,
                                         sealwax_error **error);

/// What the header of `sealed`, or a header that was kept apart, says in clear, as the JSON object that `docs/JSON.md`
/// describes under "Header". Nothing of it is proved until the message is opened.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed
/// message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_sealed_header_json(const uint8_t *sealed,
                                          size_t sealed_length,
                                          sealwax_buf **json,
                                          sealwax_error **error);

/// How many recipients still open the message after the keys of `destroyed` are gone: `*survivors`. The message is destroyed
/// only when it is 0; a legal hold is one that survives. `sealed` may be a header that was kept apart.
///
/// Ask before the keys are destroyed: a recipient counts as theirs only when one of them opens what was wrapped for it, since
/// its name may be that of another key as well. Key services are asked.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any
/// thread may call it. Since 0.1.
sealwax_status sealwax_sealed_survivors(const uint8_t *sealed,
                                        size_t sealed_length,
                                        const sealwax_keyring *destroyed,
                                        size_t *survivors,
                                        sealwax_error **error);

/// Makes a rewrapper that changes nothing yet.
///
/// `keyring` holds the keys that open the messages now; it may be NULL, since removing alone needs none where the recipient
/// list was left open (`sealwax_sealer_leave_recipients_open`). `*rewrapper` is the caller's, to be freed with `sealwax_rewrapper_free`; the keys are
/// copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
sealwax_status sealwax_rewrapper_new(const sealwax_keyring *keyring,
                                     sealwax_rewrapper **rewrapper,
                                     sealwax_error **error);

/// Says what was supplied when the messages were sealed. Messages of this version are rewrapped without it.
///
/// The context is copied; NULL is an empty one. Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
sealwax_status sealwax_rewrapper_context(sealwax_rewrapper *rewrapper,
                                         const sealwax_context *supplied,
                                         sealwax_error **error);

/// Lets every key of `keyring` that seals open the messages. A message in a bucket takes only keys of the bucket.
///
/// The keys are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_rewrapper_add(sealwax_rewrapper *rewrapper,
                                     const sealwax_keyring *keyring,
                                     sealwax_error **error);

/// Lets every key of `keyring` that seals open the messages for a legal hold, also those that belong to a bucket
/// (`sealwax_sealer_bucket`).
///
/// The keys are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
sealwax_status sealwax_rewrapper_hold(sealwax_rewrapper *rewrapper,
                                      const sealwax_keyring *keyring,
                                      sealwax_error **error);

/// Takes a key away, named as headers name it (`sealwax_sealed_header_json`): `PROVIDER:ID`, and `#VERSION` if it has one.
/// A key that a message does not have is no error.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when it is no such name; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
sealwax_status sealwax_rewrapper_remove(sealwax_rewrapper *rewrapper,
                                        const char *key,
                                        size_t key_length,
                                        sealwax_error **error);

/// Takes every key away but those that are added.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
sealwax_status sealwax_rewrapper_replace_all(sealwax_rewrapper *rewrapper, sealwax_error **error);

/// Makes the new header for the message that `sealed` is, of which the header and 56 bytes behind it are enough. The rewrapped
/// message is `*header` and, behind it, what stands in the message from `*old_length` on. When nothing had to be changed,
/// `*header` is the old one, and `*changed`, which may be NULL, is 0; otherwise it is 1. The body proves that a key is that of
/// the message: `sealwax_rewrapper_rewrap_detached` takes it apart from its header.
///
/// `*header` is the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message or no key opens it; `SEALWAX_RANGE` when the beginning of
/// the body is missing; `SEALWAX_KEY` when nobody could open
/// it any more; `SEALWAX_SEAL` when the change is not allowed: a key that is not of the message's bucket, a passphrase beside
/// another key, too many recipients; `SEALWAX_TEMPORARY` when a key service fails; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Any thread may call it. Since 0.1.
sealwax_status sealwax_rewrapper_rewrap(const sealwax_rewrapper *rewrapper,
                                        const uint8_t *sealed,
                                        size_t sealed_length,
                                        sealwax_buf **header,
                                        size_t *old_length,
                                        int32_t *changed,
                                        sealwax_error **error);

/// Makes the new header for `header`, which was kept apart from `body`, of which the first 56 bytes are enough.
///
/// Returns as `sealwax_rewrapper_rewrap` does. Any thread may call it. Since 0.1.
sealwax_status sealwax_rewrapper_rewrap_detached(const sealwax_rewrapper *rewrapper,
                                                 const uint8_t *header,
                                                 size_t header_length,
                                                 const uint8_t *body,
                                                 size_t body_length,
                                                 sealwax_buf **new_header,
                                                 int32_t *changed,
                                                 sealwax_error **error);

/// Wipes what it holds and frees `rewrapper`; NULL is fine. Since 0.1.
void sealwax_rewrapper_free(sealwax_rewrapper *rewrapper);

/// Adds a key of a key service, which seals and opens by callbacks. Headers name it by `provider`, `id` and `version` (0
/// when it has none), in clear.
///
/// `max_wrapped` is the most bytes that `wrap` gives, at most 65,535. `user` is given to both, and to `drop`, which may
/// be NULL, as its type says: when the keyring and all sealers and openers made of it are freed, or at once when this
/// call fails. Callbacks come on the thread of the call that seals or opens, inside of it; when several threads seal or
/// open at once, so do the callbacks. They must not throw, jump out, or free what they are called by.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a name is longer than 255 bytes or holds control characters, or `provider`
/// is empty; `SEALWAX_LENGTH` when `max_wrapped` is 0 or too large; `SEALWAX_NULL`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
sealwax_status sealwax_keyring_add_provider(sealwax_keyring *keyring,
                                            const char *provider,
                                            size_t provider_length,
                                            const char *id,
                                            size_t id_length,
                                            uint32_t version,
                                            size_t max_wrapped,
                                            void *user,
                                            sealwax_wrap_function wrap,
                                            sealwax_unwrap_function unwrap,
                                            sealwax_drop_function drop,
                                            sealwax_error **error);

/// Begins a sealed message, which goes to `write` in pieces. The first call of `write` gets the header and nothing else,
/// so that a host can store it apart; it comes before this function returns.
///
/// `*writer` is the caller's, to be freed with `sealwax_writer_free`. `sealer` is copied. `user` is given to `write`, and
/// to `drop`, which may be NULL, as its type says. Callbacks come on the thread of the call, inside of it, and must not
/// throw, jump out, or call with the same writer.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SEAL` or another status of `sealwax_sealer_seal`; `SEALWAX_TEMPORARY` when `write`
/// fails; `SEALWAX_NULL` when `sealer`, `write` or `writer` is NULL. Since 0.1.
sealwax_status sealwax_writer_new(const sealwax_sealer *sealer,
                                  void *user,
                                  sealwax_write_function write,
                                  sealwax_drop_function drop,
                                  sealwax_writer **writer,
                                  sealwax_error **error);

/// Seals the next bytes of the message.
///
/// Returns `SEALWAX_OK`; `SEALWAX_TEMPORARY` when `write` fails, after which the message cannot be finished;
/// `SEALWAX_ORDER` after `sealwax_writer_finish`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Since 0.1.
sealwax_status sealwax_writer_write(sealwax_writer *writer,
                                    const uint8_t *plain,
                                    size_t plain_length,
                                    sealwax_error **error);

/// Ends the message: without this call it never opens. The writer can then only be freed.
///
/// Returns as `sealwax_writer_write`. Since 0.1.
sealwax_status sealwax_writer_finish(sealwax_writer *writer, sealwax_error **error);

/// Wipes what it holds and frees `writer`; NULL is fine. Since 0.1.
void sealwax_writer_free(sealwax_writer *writer);

/// Begins to open the sealed message that `read` gives.
///
/// `*reader` is the caller's, to be freed with `sealwax_chunkwise_reader_free`. `opener` is copied. For `user`, `drop` and
/// the callbacks the rules of `sealwax_writer_new` hold.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_TEMPORARY` when
/// `read` fails; `SEALWAX_NULL` when `opener`, `read` or `reader` is NULL. Since 0.1.
sealwax_status sealwax_chunkwise_reader_new(const sealwax_opener *opener,
                                            void *user,
                                            sealwax_read_function read,
                                            sealwax_drop_function drop,
                                            sealwax_chunkwise_reader **reader,
                                            sealwax_error **error);

/// Begins to open a message whose header was kept apart: `read` gives its body.
///
/// `header` is copied. Everything else is as with `sealwax_chunkwise_reader_new`, and `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
sealwax_status sealwax_chunkwise_reader_new_detached(const sealwax_opener *opener,
                                                     const uint8_t *header,
                                                     size_t header_length,
                                                     void *user,
                                                     sealwax_read_function read,
                                                     sealwax_drop_function drop,
                                                     sealwax_chunkwise_reader **reader,
                                                     sealwax_error **error);

/// Opens the next bytes of the message into `plain`, and their number into `*length`; 0 is the end. Only then is what
/// was read before known to be the whole message.
///
/// Returns as `sealwax_chunkwise_reader_new`, and `SEALWAX_LENGTH` for the arguments. Since 0.1.
sealwax_status sealwax_chunkwise_reader_read(sealwax_chunkwise_reader *reader,
                                             uint8_t *plain,
                                             size_t capacity,
                                             size_t *length,
                                             sealwax_error **error);

/// Wipes what it holds and frees `reader`; NULL is fine. Since 0.1.
void sealwax_chunkwise_reader_free(sealwax_chunkwise_reader *reader);

/// Begins to read the sealed message of `size` bytes that `read_at` gives. The length of the message is verified at once.
///
/// `*reader` is the caller's, to be freed with `sealwax_seek_reader_free`. `opener` is copied. For `user`, `drop` and the
/// callbacks the rules of `sealwax_writer_new` hold.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_TEMPORARY` when
/// `read_at` fails; `SEALWAX_NULL` when `opener`, `read_at` or `reader` is NULL. Since 0.1.
sealwax_status sealwax_seek_reader_new(const sealwax_opener *opener,
                                       uint64_t size,
                                       void *user,
                                       sealwax_read_at_function read_at,
                                       sealwax_drop_function drop,
                                       sealwax_seek_reader **reader,
                                       sealwax_error **error);

/// Begins to read a message whose header was kept apart: `read_at` gives its body, and `size` is that of the body.
///
/// `header` is copied. Everything else is as with `sealwax_seek_reader_new`, and `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
sealwax_status sealwax_seek_reader_new_detached(const sealwax_opener *opener,
                                                const uint8_t *header,
                                                size_t header_length,
                                                uint64_t size,
                                                void *user,
                                                sealwax_read_at_function read_at,
                                                sealwax_drop_function drop,
                                                sealwax_seek_reader **reader,
                                                sealwax_error **error);

/// The length of the plaintext; 0 when `reader` is NULL. Since 0.1.
uint64_t sealwax_seek_reader_len(const sealwax_seek_reader *reader);

/// Opens from `offset` into `plain`, as much as there is and fits, and gives the number of bytes in `*length`.
///
/// A failure leaves nothing of the plaintext in the buffer. Returns as `sealwax_seek_reader_new`, and `SEALWAX_LENGTH`
/// for the arguments. Since 0.1.
sealwax_status sealwax_seek_reader_read_at(sealwax_seek_reader *reader,
                                           uint64_t offset,
                                           uint8_t *plain,
                                           size_t capacity,
                                           size_t *length,
                                           sealwax_error **error);

/// Wipes what it holds and frees `reader`; NULL is fine. Since 0.1.
void sealwax_seek_reader_free(sealwax_seek_reader *reader);

/// Opens the sealed message of `size` bytes that `read_at` gives, and passes the plaintext to `write`. It reads the
/// message twice: `write` is not called before all of it was verified.
///
/// For `user`, `drop`, `out_user`, `out_drop` and the callbacks the rules of `sealwax_writer_new` hold; the values are
/// dropped before the call returns. On `SEALWAX_OK`, `*length` is the length of the plaintext. Returns as
/// `sealwax_seek_reader_new`. Since 0.1.
sealwax_status sealwax_opener_open_stream(const sealwax_opener *opener,
                                          uint64_t size,
                                          void *user,
                                          sealwax_read_at_function read_at,
                                          sealwax_drop_function drop,
                                          void *out_user,
                                          sealwax_write_function write,
                                          sealwax_drop_function out_drop,
                                          uint64_t *length,
                                          sealwax_error **error);

/// Opens a message whose header was kept apart, as `sealwax_opener_open_stream` does: `read_at` gives its body, and `size`
/// is that of the body.
///
/// Everything else is as with `sealwax_opener_open_stream`, and `SEALWAX_LENGTH` for the arguments. Since 0.1.
sealwax_status sealwax_opener_open_stream_detached(const sealwax_opener *opener,
                                                   const uint8_t *header,
                                                   size_t header_length,
                                                   uint64_t size,
                                                   void *user,
                                                   sealwax_read_at_function read_at,
                                                   sealwax_drop_function drop,
                                                   void *out_user,
                                                   sealwax_write_function write,
                                                   sealwax_drop_function out_drop,
                                                   uint64_t *length,
                                                   sealwax_error **error);

/// Asks the system to keep the memory of the whole process, and with it every key, out of swap and core dumps, and tells what
/// it granted: `*granted` is `SEALWAX_MEMORY_` flags or'ed together, or 0.
///
/// It is the one function that changes the process; a host that does this itself does not call it. On Linux, memory is
/// locked only where the process may lock without limit (`ulimit -l unlimited`), since under a limit later allocations
/// would fail; other systems grant nothing. Asked twice, it tells the same. A refusal is no failure: a host that needs
/// protection looks at `*granted`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `granted` is NULL. Any thread may call it. Since 0.1.
sealwax_status sealwax_memory_protect(uint32_t *granted,
                                      sealwax_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SEALWAX_H */
