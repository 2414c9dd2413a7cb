package dev.pathline.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelStoresTest {

    @Test
    void shouldKeepCopiesApartFromWhatElseIsCached() {
        assertThat(ModelStores.cache("/big", "/home/me")).isEqualTo(Path.of("/big/models"));
        assertThat(ModelStores.cache(" ", "/home/me")).isEqualTo(Path.of("/home/me/.cache/pathline/models"));
    }
}
