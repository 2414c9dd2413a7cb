package dev.pathline.engine.data.images;

import static dev.pathline.engine.data.TestImages.GREY;
import static dev.pathline.engine.data.TestImages.GREY_ALPHA;
import static dev.pathline.engine.data.TestImages.PALETTE;
import static dev.pathline.engine.data.TestImages.RGB;
import static dev.pathline.engine.data.TestImages.RGB_ALPHA;
import static dev.pathline.engine.data.TestImages.jpeg;
import static dev.pathline.engine.data.TestImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {

    @TempDir
    private Path folder;

    private int[] decode(byte[] file, int channels, int height, int width)
            throws IOException, UnusableImageException {
        Path path = Files.write(folder.resolve("image"), file);
        byte[] pixels = new ImageDecoder(new ImageTarget(channels, height, width)).decode(path);
        int[] values = new int[pixels.length];
        Arrays.setAll(values, i -> Byte.toUnsignedInt(pixels[i]));
        return values;
    }

    private void assertUnusable(byte[] file, String reason) {
        assertThatThrownBy(() -> decode(file, 1, 2, 2)).isInstanceOf(UnusableImageException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldKeepGreyAsItIs() throws Exception {
        assertThat(decode(png(GREY, 8, 2, 2, 0, 100, 200, 255), 1, 2, 2)).containsExactly(0, 100, 200, 255);
        assertThat(decode(png(GREY, 8, 2, 1, 7, 77), 3, 1, 2)).containsExactly(7, 77, 7, 77, 7, 77);
    }

    @Test
    void shouldRoundSixteenBits() throws Exception {
        assertThat(decode(png(GREY, 16, 2, 2, 0, 65535, 257 * 100, 257 * 100 + 130), 1, 2, 2))
                .containsExactly(0, 255, 100, 101);
        assertThat(decode(png(RGB, 16, 1, 1, 257, 514, 65535), 3, 1, 1)).containsExactly(1, 2, 255);
    }

    @Test
    void shouldSplitColorsIntoPlanesAndMakeThemGrey() throws Exception {
        byte[] two = png(RGB, 8, 2, 1, 255, 0, 0, 10, 20, 30);
        assertThat(decode(two, 3, 1, 2)).containsExactly(255, 10, 0, 20, 0, 30);
        assertThat(decode(two, 1, 1, 2)).containsExactly(76, 18);
    }

    @Test
    void shouldLookUpPalettes() throws Exception {
        byte[] palette = {1, 2, 3, (byte) 200, 100, 50};
        assertThat(decode(png(PALETTE, 8, 2, 1, palette, new byte[0], 1, 0), 3, 1, 2))
                .containsExactly(200, 1, 100, 2, 50, 3);
        // Four pixels of one bit each in a byte.
        assertThat(decode(png(PALETTE, 1, 4, 1, palette, new byte[0], 0b1010_0000), 3, 1, 4)).startsWith(200, 1, 200,
                1);
        assertThat(decode(png(GREY, 2, 4, 1, 0b00_01_10_11), 1, 1, 4)).containsExactly(0, 85, 170, 255);
    }

    @Test
    void shouldLayTransparencyOnWhite() throws Exception {
        assertThat(decode(png(RGB_ALPHA, 8, 2, 1, 10, 20, 30, 255, 10, 20, 30, 0), 3, 1, 2))
                .containsExactly(10, 255, 20, 255, 30, 255);
        assertThat(decode(png(GREY_ALPHA, 8, 2, 1, 0, 255, 0, 51), 1, 1, 2)).containsExactly(0, 204);
        assertThat(decode(png(PALETTE, 8, 2, 1, new byte[]{0, 0, 0, 9, 9, 9}, new byte[]{0}, 0, 1), 1, 1, 2))
                .containsExactly(255, 9);
        assertThat(decode(png(GREY, 8, 2, 1, new byte[0], new byte[]{0, 7}, 7, 8), 1, 1, 2)).containsExactly(255, 8);
        assertThat(decode(png(RGB_ALPHA, 16, 1, 1, 0, 0, 0, 65535), 1, 1, 1)).containsExactly(0);
    }

    @Test
    void shouldDecodeJpegs() throws Exception {
        for (int value : decode(jpeg(20, 20, 0x808080), 1, 4, 4)) {
            assertThat(value).isBetween(126, 130);
        }
        int[] red = decode(jpeg(20, 20, 0xFF0000), 3, 2, 2);
        assertThat(red[0]).isGreaterThan(245);
        assertThat(red[11]).isLessThan(10);
    }

    @Test
    void shouldAverageAreas() throws Exception {
        assertThat(decode(png(GREY, 8, 4, 2, 0, 10, 100, 110, 20, 30, 120, 130), 1, 1, 2)).containsExactly(15, 115);
        // Three pixels to two: the middle one goes half to each side.
        assertThat(decode(png(GREY, 8, 3, 3, 0, 90, 180, 0, 90, 180, 0, 90, 180), 1, 2, 2))
                .containsExactly(30, 150, 30, 150);
        assertThat(decode(png(GREY, 8, 1, 1, 42), 1, 3, 3)).containsOnly(42);
        assertThat(decode(png(GREY, 8, 2, 1, 0, 90), 1, 3, 6)).startsWith(0, 0, 0, 90, 90, 90);
    }

    @Test
    void shouldCutTheMiddleOut() throws Exception {
        assertThat(decode(png(GREY, 8, 4, 2, 1, 2, 3, 4, 5, 6, 7, 8), 1, 2, 2)).containsExactly(2, 3, 6, 7);
        assertThat(decode(png(GREY, 8, 1, 5, 1, 2, 3, 4, 5), 1, 1, 1)).containsExactly(3);
        // An odd rest is cut at a whole pixel: values stay as they are.
        assertThat(decode(png(GREY, 8, 5, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 1, 2, 2)).containsExactly(2, 3, 7, 8);
    }

    @Test
    void shouldRefuseWhatIsNoWholeImage() throws Exception {
        byte[] good = png(GREY, 8, 8, 8, new int[64]);
        assertUnusable(new byte[0], "it is empty");
        assertUnusable("GIF89a and so on".getBytes(StandardCharsets.US_ASCII),
                "neither PNG nor JPEG: it begins with 47");
        assertUnusable(Arrays.copyOf(good, good.length - 5), "it is cut short");
        assertUnusable(Arrays.copyOf(good, 20), "it is cut short");
        byte[] flipped = good.clone();
        flipped[45] ^= 1;
        assertUnusable(flipped, "it is damaged: the checksum");
        // Whole chunks, but without the pixels that the header claims.
        assertUnusable(png(GREY, 8, 8, 8), "no whole png image");

        byte[] photo = jpeg(64, 64, 0x336699);
        assertUnusable(Arrays.copyOf(photo, photo.length / 2), "");
        assertUnusable(Arrays.copyOf(photo, 30), "");
    }

    /** No allocation follows from a header: one of 2^30 pixels would need a gigabyte. */
    @Test
    void shouldRefuseABombByItsHeader() {
        assertUnusable(png(GREY, 8, 1 << 15, 1 << 15, 0), "its header claims 32768x32768 pixels, more than 67108864");
        assertUnusable(png(RGB, 16, Integer.MAX_VALUE, 1, 0), "claims 2147483647x1 pixels");
    }

    /** Whatever the bytes are, the answer is an image or an exception with a reason. */
    @Test
    void shouldSurviveDamagedFiles() throws Exception {
        byte[] photo = jpeg(32, 32, 0x336699);
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = photo.clone();
            for (int k = random.nextInt(6); k >= 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Throwable thrown = catchThrowable(() -> decode(damaged, 3, 4, 4));
            if (thrown != null) {
                assertThat(thrown).as("seed %d", seed).isInstanceOf(UnusableImageException.class);
            }
        }
    }
}
