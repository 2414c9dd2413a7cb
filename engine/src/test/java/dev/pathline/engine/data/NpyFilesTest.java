package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.engine.data.NpyFiles.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.CsvSource;

class NpyFilesTest {

    @TempDir
    private Path folder;

    private Path write(String name, String type, String shape, byte[] body) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
        ByteBuffer file = ByteBuffer.allocate(10 + header.length() + body.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        file.put(header.getBytes(StandardCharsets.US_ASCII)).put(body);
        return Files.write(folder.resolve(name), file.array());
    }

    private Path floats(String name, float[] values, int... shape) throws IOException {
        return Files.write(folder.resolve(name), Npy.encode(values, shape));
    }

    private static byte[] counting(int size) {
        byte[] bytes = new byte[size];
        IntStream.range(0, size).forEach(i -> bytes[i] = (byte) (i * 3));
        return bytes;
    }

    private static float[] sample(Dataset data, int index) {
        float[] sample = new float[data.sampleSize()];
        data.copy(index, sample, 0);
        return sample;
    }

    @Test
    void shouldReadVectorsAsTheyAre() throws IOException {
        Dataset data = NpyFiles.read(floats("x.npy", new float[]{1, -2, 30, 4, 5, 6}, 3, 2), null, null, null);

        assertThat(data.size()).isEqualTo(3);
        assertThat(data.shape()).containsExactly(2);
        assertThat(sample(data, 1)).containsExactly(30, 4);
        assertThat(data.label(1)).isEqualTo(Dataset.NO_LABEL);
        // The numbers' mean is 22/3, the mean of their squares 491/3.
        assertThat(data.standardDeviation()).isCloseTo(Math.sqrt(982 / 6.0 - 484 / 9.0), within(1e-12));
    }

    @Test
    void shouldReadBytesInBothLayoutsAsTheSameImages() throws IOException {
        int n = 2;
        byte[] first = counting(n * 3 * 4 * 5);
        byte[] last = new byte[first.length];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < 20; p++) {
                    last[i * 60 + p * 3 + c] = first[i * 60 + c * 20 + p];
                }
            }
        }
        Dataset nchw = NpyFiles.read(write("a.npy", "|u1", "2, 3, 4, 5", first), null, null, null);
        Dataset nhwc = NpyFiles.read(write("b.npy", "|u1", "2, 4, 5, 3", last), null, null, null);
        var inMemory = new ImageDataset(List.of(3, 4, 5), List.of(ImageBlock.of(first, 60)), false, new int[0]);

        assertThat(nchw.shape()).containsExactly(3, 4, 5);
        assertThat(nhwc.shape()).containsExactly(3, 4, 5);
        for (int i = 0; i < n; i++) {
            assertThat(sample(nchw, i)).containsExactly(sample(inMemory, i));
            assertThat(sample(nhwc, i)).containsExactly(sample(inMemory, i));
        }
        assertThat(nchw.sha256()).isEqualTo(inMemory.sha256()).isEqualTo(nhwc.sha256());
        assertThat(nhwc.standardDeviation()).isEqualTo(inMemory.standardDeviation());
    }

    @Test
    void shouldReadFloatImagesOfEitherLayoutAndMapTheirRange() throws IOException {
        float[] first = new float[2 * 3 * 2 * 2];
        IntStream.range(0, first.length).forEach(i -> first[i] = i / 32f);
        float[] last = new float[first.length];
        IntStream.range(0, 2 * 4 * 3)
                .forEach(i -> last[i] = first[i / 12 * 12 + i % 3 * 4 + i % 12 / 3]);
        var range = new ValueRange(0, 1);
        Dataset nchw = NpyFiles.read(floats("a.npy", first, 2, 3, 2, 2), null, null, range);
        Dataset nhwc = NpyFiles.read(floats("b.npy", last, 2, 2, 2, 3), null, null, range);

        assertThat(sample(nchw, 1)[3]).isEqualTo(2 * 15 / 32f - 1);
        assertThat(sample(nhwc, 1)).containsExactly(sample(nchw, 1));
        assertThat(nhwc.sha256()).isEqualTo(nchw.sha256());
        assertThat(NpyFiles.read(floats("a.npy", first, 2, 3, 2, 2), null, null, null).sha256())
                .isNotEqualTo(nchw.sha256());
    }

    @Test
    void shouldReadGreyImagesAndLabels() throws IOException {
        Path labels = write("y.npy", "<i8", "2,", ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1)
                .putLong(300).array());
        Path x = write("x.npy", "|u1", "2, 4, 5", counting(40));
        Dataset data = NpyFiles.read(x, labels, null, null);

        assertThat(data.shape()).containsExactly(1, 4, 5);
        assertThat(data.label(1)).isEqualTo(300);
        assertThat(data.sha256()).isNotEqualTo(NpyFiles.read(x, null, null, null).sha256());
    }

    @Test
    void shouldReadEveryTypeOfNumber() throws IOException {
        assertThat(sample(NpyFiles.read(write("x.npy", ">i2", "1, 2", new byte[]{0, 1, -1, -2}), null, null, null), 0))
                .containsExactly(1, -2);
        assertThat(sample(NpyFiles.read(write("x.npy", "|i1", "1, 2", new byte[]{5, -5}), null, null, null), 0))
                .containsExactly(5, -5);
        assertThat(sample(NpyFiles.read(write("x.npy", "<i4", "1, 1", new byte[]{1, 1, 0, 0}), null, null, null), 0))
                .containsExactly(257);
        assertThat(sample(NpyFiles.read(write("x.npy", "<f2", "1, 1", new byte[]{0, 0x3c}), null, null, null), 0))
                .containsExactly(1);
        assertThat(sample(NpyFiles.read(write("x.npy", "|u1", "1, 2", new byte[]{5, -1}), null, null, null), 0))
                .containsExactly(5, 255);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<f4 | 2, 3 | 20 | needs 24 bytes after the header, it has 20",
        "<f4 | 2, 3 | 28 | needs 24 bytes after the header, it has 28",
        "<f4 | 2147483647, 2147483647 | 8 | needs 18446744056529682436 bytes after the header, it has 8",
        "<f4 | 2147483647, 2147483647, 2147483647 | 8 | more than 2^63",
        "<f4 | 0, 3 | 0 | it is empty",
        "<O | 2, 3 | 24 | never loaded",
        "<c8 | 1, 3 | 24 | '<c8'",
        "<f4 | 6, | 24 | samples are [N, D]",
        "<f4 | | 4 | single number",
        "<f4 | 1, 2, 3, 1, 1 | 24 | samples are [N, D]",
        "<u1 | 1, 4, 2, 4 | 32 | give the layout",
        "<u1 | 1, 3, 2, 3 | 18 | give the layout",
        "<f4 | 1, 1, 1, 2, 2 | 16 | samples are"})
    void shouldNameAFileThatDoesNotFit(String type, String shape, int bytes, String message) throws IOException {
        Path file = write("bad.npy", type, shape == null ? "" : shape, new byte[bytes]);

        assertThatThrownBy(() -> NpyFiles.read(file, null, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void shouldRefuseFilesThatAreNone() throws IOException {
        Path empty = Files.write(folder.resolve("e.npy"), new byte[0]);
        assertThatThrownBy(() -> NpyFiles.read(empty, null, null, null)).hasMessageContaining("e.npy is empty");
        Path text = Files.writeString(folder.resolve("t.npy"), "1,2,3");
        assertThatThrownBy(() -> NpyFiles.read(text, null, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining("t.npy is not a usable NumPy array");
        assertThatThrownBy(() -> NpyFiles.read(folder.resolve("none.npy"), null, null, null))
                .hasMessageContaining("there is no file");
        Path fortran = write("f.npy", "<f4", "1, 2", new byte[8]);
        Files.writeString(fortran, Files.readString(fortran, StandardCharsets.ISO_8859_1).replace("False", " True"),
                StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> NpyFiles.read(fortran, null, null, null)).hasMessageContaining("ascontiguousarray");
        Path vectors = floats("v.npy", new float[4], 2, 2);
        assertThatThrownBy(() -> NpyFiles.read(vectors, null, Layout.NCHW, null)).hasMessageContaining("layout");
    }

    @Test
    void shouldFindNumbersThatCannotBeTrainedOn() throws IOException {
        Path nan = floats("x.npy", new float[]{0, 1, Float.NaN, 1}, 2, 2);
        assertThatThrownBy(() -> NpyFiles.read(nan, null, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining("x.npy: sample 1, counted from 0").hasMessageContaining("NaN");
        Path bright = floats("x.npy", new float[]{0, 1, 0, 255}, 1, 1, 2, 2);
        assertThatThrownBy(() -> NpyFiles.read(bright, null, Layout.NCHW, null)).hasMessageContaining("image 0")
                .hasMessageContaining("255.0").hasMessageContaining("give the range");
    }

    @Test
    void shouldRefuseLabelsThatDoNotFit() throws IOException {
        Path x = floats("x.npy", new float[4], 2, 2);
        Path three = floats("y.npy", new float[3], 3);
        assertThatThrownBy(() -> NpyFiles.read(x, three, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining("y.npy has shape [3]").hasMessageContaining("2 samples");
        Path half = floats("y.npy", new float[]{0, 0.5f}, 2);
        assertThatThrownBy(() -> NpyFiles.read(x, half, null, null)).hasMessageContaining("y.npy: label 1")
                .hasMessageContaining("0.5");
        Path negative = floats("y.npy", new float[]{-1, 0}, 2);
        assertThatThrownBy(() -> NpyFiles.read(x, negative, null, null)).hasMessageContaining("is -1.0");
    }

    @Test
    void shouldTakeAColumnOfLabels() throws IOException {
        Path x = floats("x.npy", new float[4], 2, 2);
        Path column = write("y.npy", "<i4", "2L, 1L", new byte[]{1, 0, 0, 0, 3, 0, 0, 0});
        assertThat(NpyFiles.read(x, column, null, null).label(1)).isEqualTo(3);
        Path rows = write("y.npy", "|u1", "2, 2", new byte[]{1, 0, 0, 1});
        assertThatThrownBy(() -> NpyFiles.read(x, rows, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining("y.npy has shape [2, 2]; labels are [N] or [N, 1]")
                .hasMessageContaining("argmax");
    }

    /** Numbers that fit, but are not what a network of images expects. */
    @Test
    void shouldSayThatImagesUseAPartOfTheirRangeOnly() throws IOException {
        Path unit = floats("unit.npy", new float[]{0, 0.25f, 0.5f, 1}, 1, 2, 2);
        assertThat(NpyFiles.read(unit, null, null, null).warnings()).singleElement().asString()
                .contains("unit.npy have values from 0.0 to 1.0", "such as [0, 1]");
        assertThat(NpyFiles.read(unit, null, null, new ValueRange(0, 1)).warnings()).isEmpty();
        assertThat(NpyFiles.read(unit, null, null, new ValueRange(0, 255)).warnings()).singleElement().asString()
                .contains("values from -1.0 to -0.99");
        Path bits = write("bits.npy", "|u1", "1, 2, 2", new byte[]{0, 1, 1, 0});
        assertThat(NpyFiles.read(bits, null, null, null).warnings()).singleElement().asString()
                .contains("no byte of the images in", "bits.npy is above 1");
        assertThat(NpyFiles.read(bits, null, null, new ValueRange(0, 1)).warnings()).isEmpty();
        assertThat(NpyFiles.read(floats("v.npy", new float[]{0, 1}, 1, 2), null, null, null).warnings()).isEmpty();
    }

    /** A sparse file beyond what an int can address: its last image is read as well as its first. */
    @Test
    void shouldMapFilesBeyondTwoGibibytes() throws IOException {
        int side = 1024;
        int count = 2100;
        Path file = write("big.npy", "|u1", count + ", " + side + ", " + side, new byte[0]);
        long start = Files.size(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{(byte) 255}), start + (long) count * side * side - 1);
        }
        Dataset data = NpyFiles.read(file, null, null, null);

        assertThat(data.size()).isEqualTo(count);
        float[] last = sample(data, count - 1);
        assertThat(last[last.length - 1]).isEqualTo(1);
        assertThat(last[last.length - 2]).isEqualTo(-1);
        assertThat(sample(data, 0)[0]).isEqualTo(-1);
    }

    /** Also in compiled code, which hears of a lost page later than the interpreter does. */
    @ParameterizedTest
    @ValueSource(strings = {"|u1", "<f4"})
    void shouldSayThatAFileWasCutWhileItWasUsed(String type) throws IOException {
        int bytes = type.equals("<f4") ? Float.BYTES : 1;
        for (int round = 0; round < 50; round++) {
            Path file = write("x" + round + ".npy", type, "64, 64, 64", new byte[64 * 64 * 64 * bytes]);
            Dataset data = NpyFiles.read(file, null, null, null);
            for (int i = 0; i < 400; i++) {
                sample(data, i % 64);
            }
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }

            assertThatThrownBy(() -> sample(data, 63)).isInstanceOf(DataException.class)
                    .hasMessageContaining(file.getFileName().toString()).hasMessageContaining("while it was in use");
        }
    }
}
