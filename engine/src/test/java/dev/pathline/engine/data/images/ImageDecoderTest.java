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

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(decode(png(GREY, 4, 2, 1, new byte[0], new byte[]{0, 7}, 0x78), 1, 1, 2)).containsExactly(255, 136);
        assertThat(decode(png(GREY, 4, 2, 1, 0x78), 1, 1, 2)).containsExactly(119, 136);
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
        assertUnusable("GIF89a and so on".getBytes(StandardCharsets.US_ASCII), "no whole gif image");
        assertUnusable("<svg and so on".getBytes(StandardCharsets.US_ASCII),
                "neither PNG nor JPEG, GIF, BMP, TIFF or WebP: it begins with 3c");
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

    /** Made by Pillow: ink of (0, 255, 255, 0) is red. JPEGs hold ink the other way round, and TIFF does not. */
    @Test
    void shouldPrintInk() throws Exception {
        int[] red = decode(sample("cmyk.jpg"), 3, 1, 1);
        assertThat(red[0]).isGreaterThan(250);
        assertThat(red[1]).isLessThan(5);
        assertThat(red[2]).isLessThan(5);
        assertThat(decode(sample("cmyk.jpg"), 1, 1, 1)[0]).isBetween(73, 79);
        // The same as luma and two differences, the way that Adobe's programs write it.
        int[] fromLuma = decode(ycck(179, 171, 1, 255), 3, 1, 1);
        assertThat(fromLuma[0]).isGreaterThan(250);
        assertThat(fromLuma[1]).isLessThan(5);
        assertThat(fromLuma[2]).isLessThan(5);
        // Half as much light where the black ink leaves half of it.
        assertThat(decode(ycck(179, 171, 1, 128), 3, 1, 1)[0]).isBetween(125, 131);
    }

    /** A profile that exchanges red and blue: what is stored is what is read, in every format. */
    @ParameterizedTest
    @ValueSource(strings = {"swapped-profile.png", "swapped-profile.jpg", "swapped-profile.webp",
        "swapped-profile.tif"})
    void shouldTakeSamplesAsTheyAreStored(String name) throws Exception {
        int[] stored = decode(sample(name), 3, 1, 1);
        assertThat(stored[0]).isBetween(199, 201);
        assertThat(stored[1]).isBetween(49, 51);
        assertThat(stored[2]).isBetween(49, 51);
    }

    /** Before any marker of a JPEG there may be more bytes of 0xFF than its own. */
    @Test
    void shouldFindAProfileBehindFillBytes() throws Exception {
        byte[] file = sample("swapped-profile.jpg");
        int marker = 2;
        while (file[marker + 1] != (byte) 0xE2) {
            marker += 2 + (Byte.toUnsignedInt(file[marker + 2]) << 8 | Byte.toUnsignedInt(file[marker + 3]));
        }
        byte[] filled = new byte[file.length + 3];
        Arrays.fill(filled, (byte) 0xFF);
        System.arraycopy(file, 0, filled, 0, marker);
        System.arraycopy(file, marker, filled, marker + 3, file.length - marker);

        assertThat(decode(filled, 3, 1, 1)).containsExactly(decode(file, 3, 1, 1));
    }

    @Test
    void shouldSayInWordsWhatIsWrongWithAFile() throws Exception {
        for (String name : List.of("plain.bmp", "five-six-five.bmp", "plain.gif", "white-is-zero.tif", "cmyk.jpg")) {
            byte[] whole = sample(name);
            for (int length = 20; length < whole.length - 1; length += Math.max(1, whole.length / 20)) {
                byte[] cut = Arrays.copyOf(whole, length);
                Throwable thrown = catchThrowable(() -> decode(cut, 3, 1, 1));
                if (thrown != null) {
                    assertThat(thrown).isInstanceOf(UnusableImageException.class);
                    assertThat(thrown.getMessage()).doesNotContain("null", "Exception", "out of bounds", "java.");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.bmp", "plain.gif", "lossy.webp", "five-six-five.bmp"})
    void shouldReadOtherFormats(String name) throws Exception {
        int[] read = decode(sample(name), 3, 1, 1);
        assertThat(read[0]).isBetween(197, 200);
        assertThat(read[1]).isBetween(49, 51);
        assertThat(read[2]).isBetween(49, 51);
    }

    @Test
    void shouldReadWhatFormatsHaveOfTheirOwn() throws Exception {
        assertThat(decode(sample("transparent.webp"), 3, 1, 1)).containsExactly(244, 214, 214);
        assertThat(decode(sample("white-is-zero.tif"), 1, 1, 1)).containsExactly(77);
        assertThatThrownBy(() -> decode(sample("lab.tif"), 3, 1, 1)).isInstanceOf(UnusableImageException.class)
                .hasMessageContaining("its colours are neither grey");
        for (String name : List.of("lossy.webp", "transparent.webp", "plain.bmp", "plain.gif", "white-is-zero.tif",
                "cmyk.jpg")) {
            byte[] whole = sample(name);
            assertUnusable(Arrays.copyOf(whole, whole.length / 2), "");
        }
    }

    /** Stored: on the left red above green, on the right blue. A quarter turn to the right brings the left up. */
    @ParameterizedTest
    @ValueSource(strings = {"turned-6.jpg", "turned-6.png", "turned-6.webp", "turned-6.tif"})
    void shouldTurnAPictureAsItsCameraWasHeld(String name) throws Exception {
        int[] upright = decode(sample(name), 3, 4, 2);
        assertThat(corner(upright, 0, 8)).isEqualTo("green");
        assertThat(corner(upright, 1, 8)).isEqualTo("red");
        assertThat(corner(upright, 6, 8)).isEqualTo("blue");
        assertThat(corner(upright, 7, 8)).isEqualTo("blue");
    }

    @Test
    void shouldTurnAPictureUpsideDown() throws Exception {
        int[] upright = decode(sample("turned-3.jpg"), 3, 2, 4);
        assertThat(corner(upright, 0, 8)).isEqualTo("blue");
        assertThat(corner(upright, 3, 8)).isEqualTo("green");
        assertThat(corner(upright, 7, 8)).isEqualTo("red");
    }

    private static String corner(int[] image, int at, int plane) {
        List<String> names = List.of("red", "green", "blue");
        int brightest = image[at] > image[plane + at] ? 0 : 1;
        return names.get(image[2 * plane + at] > image[brightest * plane + at] ? 2 : brightest);
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(ImageDecoderTest.class.getResourceAsStream(name), name)) {
            return file.readAllBytes();
        }
    }

    /** A JPEG of one colour whose four channels are stored as they are, with Adobe's mark that they are YCCK. */
    private static byte[] ycck(int... samples) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int band = 0; band < 4; band++) {
            int[] values = new int[256];
            Arrays.fill(values, samples[band]);
            raster.setSamples(0, 0, 16, 16, band, values);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        byte[] plain = out.toByteArray();
        byte[] mark = {(byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 2};
        var marked = new ByteArrayOutputStream();
        marked.write(plain, 0, 2);
        marked.writeBytes(mark);
        marked.write(plain, 2, plain.length - 2);
        return marked.toByteArray();
    }
}
