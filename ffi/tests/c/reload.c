/* Loads the library named by the argument as a plug-in host does, uses it, lets it go, and loads it again. */
#include "check.h"

#include <dlfcn.h>

/* Finds a function; the copy avoids a cast that ISO C does not have. */
#define FIND(library, pointer, name)                                                                                   \
    do {                                                                                                               \
        void *found = dlsym(library, name);                                                                            \
        CHECK(found != NULL);                                                                                          \
        memcpy(&(pointer), &found, sizeof found);                                                                      \
    } while (0)

static void use(void *library) {
    uint32_t (*abi)(void);
    sealwax_status (*builder_new)(sealwax_engine_builder **, sealwax_error **);
    sealwax_status (*build)(sealwax_engine_builder *, sealwax_engine **, sealwax_error **);
    void (*engine_free)(sealwax_engine *);
    sealwax_engine_builder *builder;
    sealwax_engine *engine;
    FIND(library, abi, "sealwax_abi");
    FIND(library, builder_new, "sealwax_engine_builder_new");
    FIND(library, build, "sealwax_engine_builder_build");
    FIND(library, engine_free, "sealwax_engine_free");
    CHECK(abi() == SEALWAX_ABI);
    OK(builder_new(&builder, NULL));
    OK(build(builder, &engine, NULL));
    engine_free(engine);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    for (int round = 0; round < 3; round++) {
        void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
        CHECK(library != NULL);
        use(library);
        CHECK(dlclose(library) == 0);
    }
    return 0;
}
