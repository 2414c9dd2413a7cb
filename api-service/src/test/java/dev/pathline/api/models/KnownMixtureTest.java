package dev.pathline.api.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Reads the mixtures that are in this repository, and folders that hold none. */
class KnownMixtureTest {

    private static final Path MODELS = Path.of("../models");
    private static final String WEIGHTS = "network/diffusion_pytorch_model.safetensors";

    @TempDir
    private Path folder;

    @Test
    void shouldReadTheClassesAndTheWhole() {
        KnownMixture mixture = KnownMixture.read(MODELS.resolve("mixture-2d/1")).orElseThrow();

        assertThat(mixture.components()).hasSize(2);
        assertThat(mixture.components().get(0).mean()).containsExactly(1.0, 0.5);
        assertThat(mixture.components().get(1).mean().get(0)).isCloseTo(-0.8, within(1e-6));
        assertThat(mixture.components().get(1).std()).isCloseTo(0.7, within(1e-6));
        assertThat(mixture.shares()).hasSize(3);
        assertThat(mixture.shares().get(0)).containsExactly(1.0, 0.0);
        assertThat(mixture.shares().get(1)).containsExactly(0.0, 1.0);
        assertThat(mixture.shares().get(2).get(0)).isCloseTo(0.4, within(1e-6));
    }

    @Test
    void shouldReadASingleGaussianWithoutClasses() {
        KnownMixture mixture = KnownMixture.read(MODELS.resolve("gaussian-2d/1")).orElseThrow();

        assertThat(mixture.components()).singleElement()
                .satisfies(one -> assertThat(one.std()).isCloseTo(0.5, within(1e-6)));
        assertThat(mixture.shares()).hasSize(1);
        assertThat(mixture.shares().getFirst()).containsExactly(1.0);
    }

    @Test
    void shouldKnowNothingOfOtherNetworks() {
        assertThat(KnownMixture.read(MODELS.resolve("fashion-flow/1"))).isEmpty();
        assertThat(KnownMixture.read(folder)).isEmpty();
    }

    @Test
    void shouldKnowNothingOfADamagedFile() throws IOException {
        FileSystemUtils.copyRecursively(MODELS.resolve("mixture-2d/1"), folder);
        byte[] whole = Files.readAllBytes(folder.resolve(WEIGHTS));

        for (int length = 0; length < whole.length; length += 7) {
            Files.write(folder.resolve(WEIGHTS), Arrays.copyOf(whole, length));
            assertThat(KnownMixture.read(folder)).as("%d of %d bytes", length, whole.length).isEmpty();
        }
        byte[] longHeader = whole.clone();
        Arrays.fill(longHeader, 0, 8, (byte) 0xff);
        Files.write(folder.resolve(WEIGHTS), longHeader);
        assertThat(KnownMixture.read(folder)).isEmpty();
        Files.writeString(folder.resolve("network/config.json"), "[]");
        assertThat(KnownMixture.read(folder)).isEmpty();
    }
}
