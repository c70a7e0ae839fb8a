/* Every kind of key, key services, streams and detached headers, with canaries in every error. */
#include "check.h"

#include <stdlib.h>

#define CANARY "CANARY"

/* A file in memory, as a host's storage. */
struct file {
    uint8_t bytes[200000];
    size_t length, position, header, calls, dropped;
    sealwax_status answer;
};

static sealwax_status file_write(void *user, const uint8_t *bytes, size_t length) {
    struct file *file = user;
    if (file->answer != SEALWAX_OK) return file->answer;
    CHECK(length <= sizeof file->bytes - file->length);
    memcpy(file->bytes + file->length, bytes, length);
    file->length += length;
    if (file->calls++ == 0) file->header = length;
    return SEALWAX_OK;
}

static sealwax_status file_read_at(void *user, uint64_t offset, uint8_t *buffer, size_t capacity, size_t *length) {
    struct file *file = user;
    size_t rest = offset < file->length ? file->length - (size_t)offset : 0;
    if (file->answer != SEALWAX_OK) return file->answer;
    *length = rest < capacity ? rest : capacity;
    if (*length > 700) *length = 700; /* short answers are allowed */
    memcpy(buffer, file->bytes + offset, *length);
    return SEALWAX_OK;
}

static sealwax_status file_read(void *user, uint8_t *buffer, size_t capacity, size_t *length) {
    struct file *file = user;
    sealwax_status status = file_read_at(user, file->position, buffer, capacity, length);
    file->position += status == SEALWAX_OK ? *length : 0;
    return status;
}

static sealwax_status lying_read(void *user, uint8_t *buffer, size_t capacity, size_t *length) {
    (void)user;
    (void)buffer;
    *length = capacity + 1;
    return SEALWAX_OK;
}

static void file_drop(void *user) { ((struct file *)user)->dropped++; }

/* A key service: the mask is for show, and a real one encrypts. */
struct service {
    uint8_t binding[600];
    size_t binding_length, wraps, unwraps, dropped;
    int refuses;
};

static sealwax_status service_wrap(void *user, const uint8_t *binding, size_t binding_length, const uint8_t *data_key,
                                   uint8_t *wrapped, size_t capacity, size_t *length) {
    struct service *service = user;
    size_t at;
    if (service->refuses) return SEALWAX_TEMPORARY;
    CHECK(capacity == 40 && binding_length < sizeof service->binding);
    memcpy(service->binding, binding, binding_length);
    service->binding_length = binding_length;
    service->wraps++;
    for (at = 0; at < 32; at++) wrapped[at] = data_key[at] ^ 0x55;
    *length = 32;
    return SEALWAX_OK;
}

static sealwax_status service_unwrap(void *user, const uint8_t *binding, size_t binding_length, const uint8_t *wrapped,
                                     size_t wrapped_length, uint8_t *data_key) {
    struct service *service = user;
    size_t at;
    service->unwraps++;
    if (service->refuses || wrapped_length != 32 || binding_length != service->binding_length ||
        memcmp(binding, service->binding, binding_length) != 0)
        return SEALWAX_OPEN;
    for (at = 0; at < 32; at++) data_key[at] = wrapped[at] ^ 0x55;
    return SEALWAX_OK;
}

static void service_drop(void *user) { ((struct service *)user)->dropped++; }

static const char PLAIN[] = "MRN 12345678 " CANARY;

/* Seals PLAIN for one keyring; whether the other opens it. */
static int opens(sealwax_keyring *to, sealwax_keyring *by) {
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    sealwax_error *error;
    uint8_t sealed[4000], plain[sizeof PLAIN];
    size_t length, plain_length;
    sealwax_status status;
    OK(sealwax_sealer_new(to, NULL, NULL, &sealer, NULL));
    OK(sealwax_opener_new(by, NULL, &opener, NULL));
    OK(sealwax_sealer_seal(sealer, (const uint8_t *)PLAIN, sizeof PLAIN, sealed, sizeof sealed, &length, NULL));
    status = sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &plain_length, &error);
    CHECK(status == SEALWAX_OK || status == SEALWAX_OPEN);
    if (status == SEALWAX_OK) CHECK(plain_length == sizeof PLAIN && memcmp(plain, PLAIN, sizeof PLAIN) == 0);
    else CHECK(strstr(sealwax_error_text(error, NULL), CANARY) == NULL);
    sealwax_error_free(error);
    sealwax_sealer_free(sealer);
    sealwax_opener_free(opener);
    return status == SEALWAX_OK;
}

static sealwax_keyring *empty(void) {
    sealwax_keyring *keyring;
    OK(sealwax_keyring_new(&keyring, NULL));
    return keyring;
}

static void a_key_file_is_taken_as_it_was_written(void) {
    sealwax_keyring *drawn = empty(), *read = empty();
    sealwax_error *error;
    sealwax_buf *key;
    char file[600];
    OK(sealwax_keyring_generate_local(drawn, &key, NULL));
    sprintf(file, "\xef\xbb\xbf# sealwax key\r\n\r\n  %.*s \r\n", (int)sealwax_buf_len(key),
            (const char *)sealwax_buf_data(key));
    OK(sealwax_keyring_add_key(read, file, strlen(file), NULL));
    OK(sealwax_keyring_add_local(read, file, strlen(file), NULL));
    CHECK(opens(drawn, read));
    CHECK(sealwax_keyring_add_key(read, "# x\n" CANARY, strlen("# x\n" CANARY), &error) == SEALWAX_KEY);
    CHECK(strstr(sealwax_error_text(error, NULL), "SEALWAX-X25519-SECRET-1") != NULL);
    CHECK(strstr(sealwax_error_text(error, NULL), CANARY) == NULL);
    CHECK(sealwax_error_line(error) == 2);
    sealwax_error_free(error);
    sealwax_buf_free(key);
    sealwax_keyring_free(drawn);
    sealwax_keyring_free(read);
}

static void every_kind_of_key_seals_and_opens(void) {
    static const int32_t kinds[] = {SEALWAX_KEY_LINK, SEALWAX_KEY_LOCAL, SEALWAX_KEY_P256, SEALWAX_KEY_X25519,
                                    SEALWAX_KEY_XWING, SEALWAX_KEY_P384};
    sealwax_keyring *other = empty();
    sealwax_buf *key, *half;
    size_t at;
    OK(sealwax_keyring_generate_local(other, &key, NULL));
    sealwax_buf_free(key);
    for (at = 0; at < sizeof kinds / sizeof *kinds; at++) {
        sealwax_keyring *drawn = empty(), *read = empty(), *public = empty();
        const int is_pair = kinds[at] >= SEALWAX_KEY_P256;
        OK(sealwax_keyring_generate(drawn, kinds[at], &key, &half, NULL));
        OK(sealwax_keyring_add_key(read, (const char *)sealwax_buf_data(key), sealwax_buf_len(key), NULL));
        CHECK((sealwax_buf_len(half) > 0) == is_pair);
        CHECK(opens(drawn, read) && opens(read, drawn) && !opens(drawn, other) && !opens(other, drawn));
        if (is_pair) {
            sealwax_opener *opener;
            OK(sealwax_keyring_add_key(public, (const char *)sealwax_buf_data(half), sealwax_buf_len(half), NULL));
            CHECK(opens(public, drawn));
            CHECK(sealwax_opener_new(public, NULL, &opener, NULL) == SEALWAX_KEY && opener == NULL);
        }
        sealwax_buf_free(key);
        sealwax_buf_free(half);
        sealwax_keyring_free(drawn);
        sealwax_keyring_free(read);
        sealwax_keyring_free(public);
    }
    CHECK(sealwax_keyring_generate(other, 0, &key, NULL, NULL) == SEALWAX_RANGE && key == NULL);
    CHECK(sealwax_keyring_add_key(other, TEXT("AGE-SECRET-KEY-1" CANARY), NULL) == SEALWAX_KEY);
    sealwax_keyring_free(other);
}

static void a_passphrase_and_a_key_ring_open(void) {
    static const char RING[] = "epoch 3\n"
        "key clinic-7 1 retired SEALWAX-LOCAL-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSJ9XTWH\n";
    sealwax_keyring *words = empty(), *other = empty(), *ring = empty(), *old = empty();
    sealwax_error *error;
    sealwax_buf *key;
    sealwax_sealer *sealer;
    OK(sealwax_keyring_add_passphrase(words, TEXT("correct horse " CANARY), NULL));
    OK(sealwax_keyring_add_passphrase(other, TEXT("correct house " CANARY), NULL));
    CHECK(sealwax_keyring_add_passphrase(other, NULL, 0, NULL) == SEALWAX_KEY);
    CHECK(opens(words, words) && !opens(words, other));
    OK(sealwax_keyring_generate_local(words, &key, NULL));
    OK(sealwax_sealer_new(words, NULL, NULL, &sealer, NULL));
    CHECK(sealwax_sealer_seal(sealer, NULL, 0, (uint8_t[4000]){0}, 4000, &(size_t){0}, NULL) == SEALWAX_SEAL);
    sealwax_sealer_free(sealer);
    sealwax_buf_free(key);

    CHECK(sealwax_keyring_add_ring(ring, TEXT(RING), TEXT("clinic-7"), &error) == SEALWAX_KEY);
    sealwax_error_free(error);
    CHECK(sealwax_keyring_add_ring(ring, TEXT("epoch 1\nkey x 1 active " CANARY), NULL, 0, &error) == SEALWAX_KEY);
    CHECK(sealwax_error_line(error) == 2 && strstr(sealwax_error_text(error, NULL), CANARY) == NULL);
    sealwax_error_free(error);
    CHECK(sealwax_keyring_len(ring) == 0);
    OK(sealwax_keyring_add_ring(ring, TEXT(RING), NULL, 0, NULL));
    CHECK(sealwax_sealer_new(ring, NULL, NULL, &sealer, NULL) == SEALWAX_KEY);
    OK(sealwax_keyring_add_local(old, TEXT("SEALWAX-LOCAL-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSJ9XTWH"),
                                 NULL));
    CHECK(!opens(old, ring)); /* the same key under another name */
    sealwax_keyring_free(words);
    sealwax_keyring_free(other);
    sealwax_keyring_free(ring);
    sealwax_keyring_free(old);
}

static void a_key_service_wraps_and_unwraps(void) {
    struct service service = {{0}, 0, 0, 0, 0, 0}, spare = {{0}, 0, 0, 0, 0, 0};
    sealwax_keyring *keyring = empty();
    sealwax_sealer *sealer;
    sealwax_error *error;
    uint8_t sealed[400];
    size_t length;
    CHECK(sealwax_keyring_add_provider(keyring, NULL, 0, TEXT("key-1"), 0, 40, &spare, service_wrap, service_unwrap,
                                       service_drop, NULL) == SEALWAX_RANGE);
    CHECK(sealwax_keyring_add_provider(keyring, TEXT("kms"), TEXT("key-1"), 0, 65536, &spare, service_wrap,
                                       service_unwrap, service_drop, NULL) == SEALWAX_LENGTH);
    CHECK(sealwax_keyring_add_provider(keyring, TEXT("kms"), TEXT("key-1"), 0, 40, &spare, NULL, service_unwrap,
                                       service_drop, NULL) == SEALWAX_NULL);
    CHECK(spare.dropped == 3 && sealwax_keyring_len(keyring) == 0);
    OK(sealwax_keyring_add_provider(keyring, TEXT("kms"), TEXT("key-1"), 7, 40, &service, service_wrap, service_unwrap,
                                    service_drop, NULL));
    CHECK(opens(keyring, keyring));
    CHECK(service.wraps == 1 && service.unwraps == 1);
    CHECK(service.binding_length == 10 + 2 + 16 + 1 + 3 + 1 + 5 + 4 && memcmp(service.binding, "SLWX1 wrap", 10) == 0);
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    sealwax_keyring_free(keyring);
    CHECK(service.dropped == 0); /* the sealer still needs it */
    service.refuses = 1;
    CHECK(sealwax_sealer_seal(sealer, (const uint8_t *)PLAIN, sizeof PLAIN, sealed, sizeof sealed, &length, &error) ==
          SEALWAX_TEMPORARY);
    CHECK(strstr(sealwax_error_text(error, NULL), CANARY) == NULL);
    sealwax_error_free(error);
    sealwax_sealer_free(sealer);
    CHECK(service.dropped == 1);
}

static void a_stream_opens_in_every_way(void) {
    static struct file file, opened;
    static uint8_t plain[100000], read[100000];
    sealwax_keyring *keyring = empty();
    sealwax_buf *key;
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    sealwax_writer *writer;
    sealwax_chunkwise_reader *chunkwise;
    sealwax_seek_reader *seek;
    size_t at, length, header;
    uint64_t total;
    for (at = 0; at < sizeof plain; at++) plain[at] = (uint8_t)(at * 7 >> 3);
    OK(sealwax_keyring_generate_local(keyring, &key, NULL));
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));

    OK(sealwax_writer_new(sealer, &file, file_write, file_drop, &writer, NULL));
    for (at = 0; at < sizeof plain; at += 999)
        OK(sealwax_writer_write(writer, plain + at, sizeof plain - at < 999 ? sizeof plain - at : 999, NULL));
    CHECK(file.dropped == 0);
    OK(sealwax_writer_finish(writer, NULL));
    CHECK(file.dropped == 1 && sealwax_writer_finish(writer, NULL) == SEALWAX_ORDER);
    CHECK(sealwax_writer_write(writer, plain, 1, NULL) == SEALWAX_ORDER);
    sealwax_writer_free(writer);
    OK(sealwax_sealed_header_len(file.bytes, file.length, &header, NULL));
    CHECK(header == file.header);

    OK(sealwax_opener_open(opener, file.bytes, file.length, read, sizeof read, &length, NULL));
    CHECK(length == sizeof plain && memcmp(read, plain, length) == 0);
    memset(read, 0, sizeof read);
    OK(sealwax_opener_open_detached(opener, file.bytes, header, file.bytes + header, file.length - header, read,
                                    sizeof read, &length, NULL));
    CHECK(length == sizeof plain && memcmp(read, plain, length) == 0);
    CHECK(sealwax_opener_open_detached(opener, file.bytes, header + 1, file.bytes + header, file.length - header, read,
                                       sizeof read, &length, NULL) == SEALWAX_OPEN);
    CHECK(sealwax_opener_open_detached(opener, file.bytes, header, file.bytes + header, file.length - header, read, 9,
                                       &length, NULL) == SEALWAX_SHORT && length == sizeof plain);

    OK(sealwax_chunkwise_reader_new(opener, &file, file_read, file_drop, &chunkwise, NULL));
    for (at = 0;; at += length) {
        OK(sealwax_chunkwise_reader_read(chunkwise, read + at, sizeof read - at < 1234 ? sizeof read - at : 1234, &length,
                                         NULL));
        if (length == 0) break;
    }
    CHECK(at == sizeof plain && memcmp(read, plain, at) == 0);
    sealwax_chunkwise_reader_free(chunkwise);

    OK(sealwax_seek_reader_new(opener, file.length, &file, file_read_at, file_drop, &seek, NULL));
    CHECK(sealwax_seek_reader_len(seek) == sizeof plain);
    OK(sealwax_seek_reader_read_at(seek, 50000, read, 30000, &length, NULL));
    CHECK(length == 30000 && memcmp(read, plain + 50000, length) == 0);
    OK(sealwax_seek_reader_read_at(seek, 99999, read, 10, &length, NULL));
    CHECK(length == 1);
    OK(sealwax_seek_reader_read_at(seek, UINT64_MAX, read, 10, &length, NULL));
    CHECK(length == 0);
    sealwax_seek_reader_free(seek);

    OK(sealwax_opener_open_stream(opener, file.length, &file, file_read_at, file_drop, &opened, file_write, file_drop,
                                  &total, NULL));
    CHECK(total == sizeof plain && opened.length == total && memcmp(opened.bytes, plain, sizeof plain) == 0);
    CHECK(opened.dropped == 1 && file.dropped == 4);

    file.bytes[file.length - 1] ^= 1;
    memset(&opened, 0, sizeof opened);
    CHECK(sealwax_opener_open_stream(opener, file.length, &file, file_read_at, NULL, &opened, file_write, NULL, &total,
                                     NULL) == SEALWAX_OPEN);
    CHECK(opened.calls == 0 && total == 0); /* nothing before all of it was verified */
    CHECK(sealwax_seek_reader_new(opener, file.length, &file, file_read_at, NULL, &seek, NULL) == SEALWAX_OPEN);
    file.answer = SEALWAX_TEMPORARY;
    file.position = 0;
    CHECK(sealwax_chunkwise_reader_new(opener, &file, file_read, NULL, &chunkwise, NULL) == SEALWAX_TEMPORARY);
    CHECK(sealwax_chunkwise_reader_new(opener, NULL, lying_read, NULL, &chunkwise, NULL) == SEALWAX_TEMPORARY);
    CHECK(sealwax_writer_new(sealer, &file, file_write, NULL, &writer, NULL) == SEALWAX_TEMPORARY && writer == NULL);
    CHECK(sealwax_writer_new(sealer, NULL, NULL, NULL, &writer, NULL) == SEALWAX_NULL);
    sealwax_buf_free(key);
    sealwax_sealer_free(sealer);
    sealwax_opener_free(opener);
    sealwax_keyring_free(keyring);
}

/* The text of a buffer, ended by a NUL. */
static const char *text_of(const sealwax_buf *buf) { return (const char *)sealwax_buf_data(buf); }

static void a_reader_knows_who_sealed_a_message_and_its_length_tells_little(void) {
    sealwax_keyring *keyring;
    sealwax_ring *ring;
    static struct file held;
    sealwax_chunkwise_reader *reader;
    sealwax_buf *key, *public_key, *sender, *local;
    sealwax_sealer *sealer;
    sealwax_opener *opener;
    uint8_t sealed[1024], other[1024], plain[512];
    size_t length, other_length, written;
    OK(sealwax_keyring_new(&keyring, NULL));
    OK(sealwax_keyring_generate_local(keyring, &local, NULL));
    OK(sealwax_signing_key_generate(&key, &public_key, NULL));
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    OK(sealwax_opener_new(keyring, NULL, &opener, NULL));

    OK(sealwax_sealer_padded(sealer, NULL));
    OK(sealwax_sealer_seal(sealer, (const uint8_t *)"positive", 8, sealed, sizeof sealed, &length, NULL));
    OK(sealwax_sealer_seal(sealer, (const uint8_t *)"not detected", 12, other, sizeof other, &other_length, NULL));
    CHECK(length == other_length);
    OK(sealwax_opener_open_signed(opener, sealed, length, plain, sizeof plain, &written, &sender, NULL));
    CHECK(written == 8 && memcmp(plain, "positive", 8) == 0 && sealwax_buf_len(sender) == 0);
    sealwax_buf_free(sender);
    CHECK(sealwax_opener_open_signed(opener, sealed, length, plain, 8, &written, &sender, NULL) == SEALWAX_SHORT);
    CHECK(written == 256);

    CHECK(sealwax_sealer_sign(sealer, TEXT("SEALWAX-ED25519-SECRET-1" CANARY), NULL) == SEALWAX_KEY);
    OK(sealwax_sealer_sign(sealer, text_of(key), sealwax_buf_len(key), NULL));
    OK(sealwax_sealer_seal(sealer, (const uint8_t *)"labs", 4, other, sizeof other, &other_length, NULL));
    OK(sealwax_opener_open_signed(opener, other, other_length, plain, sizeof plain, &written, &sender, NULL));
    CHECK(written == 4 && strcmp(text_of(sender), text_of(public_key)) == 0);
    OK(sealwax_opener_sender(opener, text_of(sender), sealwax_buf_len(sender), NULL));
    OK(sealwax_opener_open(opener, other, other_length, plain, sizeof plain, &written, NULL));
    CHECK(sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &written, NULL) == SEALWAX_OPEN);
    OK(sealwax_opener_open_in_place(opener, other, other_length, &written, NULL));
    CHECK(written == 4 && memcmp(other, "labs", 4) == 0);

    OK(sealwax_ring_new(NULL, 0, &ring, NULL));
    CHECK(sealwax_sealer_sign_with_ring(sealer, ring, TEXT("desk"), NULL) == SEALWAX_KEY);
    sealwax_buf_free(public_key);
    OK(sealwax_ring_rotate_signer(ring, TEXT("desk"), &public_key, NULL));
    OK(sealwax_sealer_sign_with_ring(sealer, ring, TEXT("desk"), NULL));
    OK(sealwax_sealer_seal(sealer, (const uint8_t *)"labs", 4, sealed, sizeof sealed, &length, NULL));
    CHECK(sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &written, NULL) == SEALWAX_OPEN);
    OK(sealwax_opener_sender(opener, text_of(public_key), sealwax_buf_len(public_key), NULL));
    OK(sealwax_opener_open(opener, sealed, length, plain, sizeof plain, &written, NULL));
    memcpy(held.bytes, sealed, length);
    held.length = length;
    OK(sealwax_chunkwise_reader_new(opener, &held, file_read, NULL, &reader, NULL));
    do OK(sealwax_chunkwise_reader_read(reader, plain, sizeof plain, &written, NULL));
    while (written > 0);
    sealwax_buf_free(sender);
    OK(sealwax_chunkwise_reader_sender(reader, &sender, NULL));
    CHECK(strcmp(text_of(sender), text_of(public_key)) == 0);
    sealwax_chunkwise_reader_free(reader);
    OK(sealwax_ring_destroy_signer(ring, TEXT("desk"), &written, NULL));
    CHECK(written == 1 && sealwax_sealer_sign_with_ring(sealer, ring, TEXT("desk"), NULL) == SEALWAX_KEY);

    sealwax_buf_free(key);
    sealwax_buf_free(public_key);
    sealwax_buf_free(sender);
    sealwax_buf_free(local);
    sealwax_ring_free(ring);
    sealwax_sealer_free(sealer);
    sealwax_opener_free(opener);
    sealwax_keyring_free(keyring);
}

int main(void) {
    a_key_file_is_taken_as_it_was_written();
    every_kind_of_key_seals_and_opens();
    a_passphrase_and_a_key_ring_open();
    a_key_service_wraps_and_unwraps();
    a_stream_opens_in_every_way();
    a_reader_knows_who_sealed_a_message_and_its_length_tells_little();
    return 0;
}
