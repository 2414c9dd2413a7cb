package dev.pathline.engine.evaluation.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.data.ArrayDataset;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.ImageDataset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RealImagesTest {

    private static final int SIZE = 100;
    private static final int PIXELS = 3 * 16 * 16;

    private static Dataset images() {
        return new ImageDataset(List.of(3, 16, 16), new byte[SIZE * PIXELS], new byte[SIZE]);
    }

    @Test
    void shouldKeepAllThatFit() {
        var images = new RealImages(images());

        assertThat(images.fitting()).isEqualTo(images.all());
        assertThat(images.fitting(SIZE * PIXELS)).isEqualTo(images.all());
        assertThat(RealNotes.reduced(images(), SIZE * PIXELS)).isEmpty();
    }

    @Test
    void shouldChooseTheSameOfThoseThatDoNotFitAndNotTheFirst() {
        int[] chosen = new RealImages(images()).fitting(30 * PIXELS + 1);

        assertThat(chosen).hasSize(30).doesNotHaveDuplicates().isSorted()
                .isEqualTo(new RealImages(images()).fitting(30 * PIXELS));
        assertThat(chosen[29]).isBetween(30, SIZE - 1);
        assertThat(new RealImages(images()).values(chosen).size()).isEqualTo(30);
        assertThat(new RealImages(images()).fitting(1)).as("a distance needs two").hasSize(2);
    }

    @Test
    void shouldSayHowManyOfTheReferenceAreCompared() {
        assertThat(RealNotes.reduced(images(), 30 * PIXELS)).contains("The sliced Wasserstein distance is taken from 30"
                + " of the reference's 100 images, chosen by a fixed seed: more are not kept in memory.");
        Dataset vectors = ArrayDataset.ofVectors(2, new float[20], new int[0], "points");
        assertThat(RealNotes.reduced(vectors, 3 * RealImages.LEAST_VALUES)).hasValueSatisfying(note -> assertThat(note)
                .contains("sliced Wasserstein and the energy distance are taken from 3 of the reference's 10 vectors"));
    }
}
