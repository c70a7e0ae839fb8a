/* An engine, a feed and a sealer that were made before fork work on both sides of it, and the two sides draw different
 * data keys. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

enum { LENGTH = 1024 };

static void finish_and_seal(sealwax_feed *feed, const sealwax_sealer *sealer, uint8_t sealed[LENGTH]) {
    sealwax_verdict *verdict;
    size_t length;
    OK(sealwax_feed_body(feed, BYTES("MRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n"), NULL));
    OK(sealwax_feed_finish(feed, 0, &verdict, NULL));
    CHECK(sealwax_delivery_method(sealwax_verdict_delivery(verdict, 0)) == SEALWAX_METHOD_PORTAL);
    sealwax_verdict_free(verdict);
    memset(sealed, 0, LENGTH);
    OK(sealwax_sealer_seal(sealer, BYTES("labs"), sealed, LENGTH, &length, NULL));
}

int main(void) {
    sealwax_engine *engine = new_engine();
    sealwax_transaction *transaction = new_transaction();
    sealwax_feed *feed;
    sealwax_keyring *keyring;
    sealwax_buf *key;
    sealwax_sealer *sealer;
    uint8_t ours[LENGTH], theirs[LENGTH];
    int ends[2], status;
    OK(sealwax_feed_new(engine, transaction, &feed, NULL));
    OK(sealwax_feed_header(feed, BYTES("Subject"), BYTES("your results"), NULL));
    OK(sealwax_keyring_new(&keyring, NULL));
    OK(sealwax_keyring_generate_local(keyring, &key, NULL));
    OK(sealwax_sealer_new(keyring, NULL, NULL, &sealer, NULL));
    OK(sealwax_sealer_seal(sealer, BYTES("warm"), ours, LENGTH, &(size_t){0}, NULL));
    CHECK(pipe(ends) == 0);

    pid_t child = fork();
    CHECK(child >= 0);
    finish_and_seal(feed, sealer, ours);
    if (child == 0)
        CHECK(write(ends[1], ours, LENGTH) == LENGTH);
    sealwax_sealer_free(sealer);
    sealwax_buf_free(key);
    sealwax_keyring_free(keyring);
    sealwax_feed_free(feed);
    sealwax_transaction_free(transaction);
    sealwax_engine_free(engine);
    if (child == 0)
        return 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(read(ends[0], theirs, LENGTH) == LENGTH);
    CHECK(memcmp(ours, theirs, LENGTH) != 0);
    return 0;
}
