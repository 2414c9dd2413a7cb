package dev.pathline.diffusion.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code npy/} were written by NumPy 2.4, all from {@code (arange(12).reshape(2, 3, 2) - 5) / 4}. */
class NpyTest {

    private static final Path NUMPY = Path.of("src/test/resources/npy");
    private static final float[] NUMBERS = numbers();

    @TempDir
    private Path folder;

    private static float[] numbers() {
        float[] values = new float[12];
        IntStream.range(0, 12).forEach(i -> values[i] = (i - 5) / 4f);
        return values;
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("x.npy"), content);
    }

    /** A file of version 1.0 with this header, and as many bytes of data. */
    private Path file(String header, int data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[10 + text.length + data];
        System.arraycopy(Npy.encode(new float[1], 1), 0, content, 0, 8);
        content[8] = (byte) text.length;
        content[9] = (byte) (text.length >>> 8);
        System.arraycopy(text, 0, content, 10, text.length);
        return file(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "float16-fortran", "float64-big-endian", "float64-version-3"})
    void shouldReadWhatNumPyWrites(String name) throws IOException {
        NpyArray array = Npy.read(NUMPY.resolve(name + ".npy"));

        assertThat(array.shape()).containsExactly(2, 3, 2);
        assertThat(array.values()).containsExactly(NUMBERS);
    }

    @Test
    void shouldWriteNumpyFiles() {
        byte[] file = Npy.encode(new float[]{1, 2, 3, 4, 5, 6}, 1, 2, 3);
        assertThat(file).hasSize(128 + 24).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(new String(file, StandardCharsets.ISO_8859_1))
                .contains("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3,), }");
        assertThat(Arrays.copyOfRange(file, 128, 132)).containsExactly(0, 0, (byte) 0x80, 0x3f);
        assertThat(new String(Npy.encode(new float[2], 2), StandardCharsets.ISO_8859_1)).contains("(2,)");
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.encode(new float[3], 2));
    }

    @Test
    void shouldReadASingleNumber() throws IOException {
        NpyArray array = Npy.read(NUMPY.resolve("scalar.npy"));

        assertThat(array.shape()).isEmpty();
        assertThat(array.values()).containsExactly(2.5f);
    }

    /** Python 2 marked long numbers by an L, and texts that are not bytes by a u. */
    @ParameterizedTest
    @ValueSource(strings = {"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L), }",
        "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2L, 1), }"})
    void shouldReadWhatPython2Wrote(String header) throws IOException {
        assertThat(Npy.read(file(header, 8)).shape()).containsExactly(2, 1);
    }

    @Test
    void shouldReadItsOwnFilesOfManyChunks() throws IOException {
        float[] values = new float[70_000];
        IntStream.range(0, values.length).forEach(i -> values[i] = i * 0.25f);

        NpyArray array = Npy.read(file(Npy.encode(values, 7, 10_000)));

        assertThat(array.shape()).containsExactly(7, 10_000);
        assertThat(array.values()).containsExactly(values);
    }

    @ParameterizedTest
    @CsvSource({"object, holds Python objects", "record, are records", "int64, convert it with .astype"})
    void shouldRefuseWhatIsNoNumber(String name, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(NUMPY.resolve(name + ".npy")))
                .withMessageContaining(name + ".npy is not a usable NumPy array").withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } | needs 12 bytes after the header, it has 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } | needs 4 bytes after the header, it has 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), } | it is empty",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536), } | more than 2^31 numbers",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000,), } | its shape is (1000000000000000000,)",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000,), } | needs 16000000000 bytes",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), } | its header is not NumPy's",
        "{'descr': '<f4', 'shape': (2,), } | its header is not NumPy's",
        "{'descr': '<f4', 'descr': '<f4', 'shape': (2,), } | its header is not NumPy's",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), } | its header is not NumPy's",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } __import__('os') | its header is not NumPy's",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), } | '<c8'"})
    void shouldRefuseHeadersThatDoNotFit(String header, String reason) throws IOException {
        Path file = file(header, 8);

        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file)).withMessageContaining(reason);
    }

    @Test
    void shouldRefuseFilesOfAnotherKind() throws IOException {
        byte[] zip = "PK\3\4 and so on".getBytes(StandardCharsets.ISO_8859_1);
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file(zip))).withMessageContaining("zip");
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file(new byte[]{(byte) 0x80, 4, '.'})))
                .withMessageContaining("pickle");
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file(new byte[0])))
                .withMessageContaining("does not begin as one");
        byte[] newer = Npy.encode(new float[1], 1);
        newer[6] = 4;
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file(newer))).withMessageContaining("4.0");
        byte[] long2 = Npy.encode(new float[1], 1);
        long2[6] = 2;
        long2[11] = (byte) 0xff;
        assertThatIllegalArgumentException().isThrownBy(() -> Npy.read(file(long2)))
                .withMessageContaining("in a file of " + long2.length);
        assertThatIOException().isThrownBy(() -> Npy.read(folder)).withMessageContaining("is not a file");
        assertThatIOException().isThrownBy(() -> Npy.read(folder.resolve("none.npy")))
                .withMessageContaining("none.npy cannot be read: no such file");
    }

    /** Whatever is in a file, the answer is an array or one of two exceptions with a sentence. */
    @Test
    void shouldSurviveDamagedFiles() throws IOException {
        byte[] whole = Files.readAllBytes(NUMPY.resolve("float64-version-3.npy"));
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                damaged[random.nextInt(random.nextBoolean() ? 100 : damaged.length)] = (byte) random.nextInt(256);
            }
            Path file = file(random.nextInt(8) == 0
                    ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
                    : damaged);
            Throwable thrown = catchThrowable(() -> Npy.read(file));
            if (thrown != null) {
                assertThat(thrown).as("seed " + seed)
                        .isInstanceOfAny(IllegalArgumentException.class, IOException.class)
                        .hasMessageContaining("x.npy");
            }
        }
    }
}
