/* Compiles a policy, writes it to the file named by the argument, maps that, and decides by it. */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char POLICY[] = "name = 'clinic'\ninclude = ['hipaa-2013']\n"
                             "[[term]]\nid = 'project'\ncategory = 'clinical-data'\nwords = ['projekt xaver']\n";
static const char RAW[] = "From: a@b.example\r\nSubject: news\r\n\r\nMaria Chen, MRN 48213377, is in projekt xaver.\r\n";

static sealwax_engine_builder *clinic(void) {
    sealwax_engine_builder *builder;
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_policy_toml(builder, POLICY, sizeof POLICY - 1, NULL));
    return builder;
}

static sealwax_buf *scan(const sealwax_engine *engine) {
    sealwax_buf *json;
    OK(sealwax_engine_scan(engine, "m", 1, (const uint8_t *)RAW, sizeof RAW - 1, 0, &json, NULL));
    return json;
}

static void write_bundle(const char *path) {
    sealwax_buf *bundle;
    FILE *file = fopen(path, "wb");
    OK(sealwax_engine_builder_compile(clinic(), &bundle, NULL));
    CHECK(file != NULL);
    CHECK(fwrite(sealwax_buf_data(bundle), 1, sealwax_buf_len(bundle), file) == sealwax_buf_len(bundle));
    CHECK(fclose(file) == 0);
    sealwax_buf_free(bundle);
}

static void same(const sealwax_engine *one, const sealwax_engine *other) {
    sealwax_buf *left = scan(one), *right = scan(other);
    CHECK(strcmp((const char *)sealwax_buf_data(left), (const char *)sealwax_buf_data(right)) == 0);
    CHECK(strstr((const char *)sealwax_buf_data(left), "PROJECT") != NULL);
    sealwax_buf_free(left);
    sealwax_buf_free(right);
}

int main(int count, char **arguments) {
    struct stat status;
    sealwax_engine *compiled, *built, *engine;
    sealwax_engine_builder *builder;
    sealwax_error *error = NULL;
    const uint8_t *bundle;
    int file;
    CHECK(count == 2);
    write_bundle(arguments[1]);
    file = open(arguments[1], O_RDONLY);
    CHECK(file >= 0 && fstat(file, &status) == 0);
    bundle = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    CHECK(bundle != MAP_FAILED);
    OK(sealwax_engine_builder_build(clinic(), &built, NULL));
    OK(sealwax_engine_from_bundle(bundle, (size_t)status.st_size, &engine, NULL));
    same(built, engine);
    OK(sealwax_engine_builder_new(&builder, NULL));
    OK(sealwax_engine_builder_bundle(builder, bundle, (size_t)status.st_size, NULL));
    OK(sealwax_engine_builder_build(builder, &compiled, NULL));
    same(built, compiled);
    sealwax_engine_free(compiled);
    sealwax_engine_free(built);
    CHECK(sealwax_engine_from_bundle(bundle, (size_t)status.st_size / 2, &compiled, &error) == SEALWAX_POLICY);
    CHECK(strstr(sealwax_error_text(error, NULL), "damaged") != NULL);
    sealwax_error_free(error);
    CHECK(sealwax_engine_from_bundle(NULL, 0, &compiled, NULL) != SEALWAX_OK);
    sealwax_engine_free(engine);
    CHECK(munmap((void *)(uintptr_t)bundle, (size_t)status.st_size) == 0 && close(file) == 0);
    return 0;
}
