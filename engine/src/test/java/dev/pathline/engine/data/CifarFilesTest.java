package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.data.CifarFiles.Variant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFilesTest {

    private static final int IMAGE = 3072;

    @TempDir
    private Path folder;

    private Path inner;

    /** Records whose label and whose every pixel follow from their number. */
    private static byte[] records(int from, int count, int... labelsBefore) {
        var bytes = new ByteArrayOutputStream();
        for (int i = from; i < from + count; i++) {
            for (int label : labelsBefore) {
                bytes.write(label);
            }
            bytes.write(i % 10);
            for (int p = 0; p < IMAGE; p++) {
                bytes.write(pixel(i, p));
            }
        }
        return bytes.toByteArray();
    }

    private static int pixel(int image, int place) {
        return (image * 31 + place * 7) & 0xFF;
    }

    @BeforeEach
    void writeGoodFiles() throws IOException {
        inner = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
        for (int b = 1; b <= 5; b++) {
            Files.write(batch(b), records(2 * b - 2, 2));
        }
        Files.write(inner.resolve("test_batch.bin"), records(100, 3));
        Files.writeString(inner.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
    }

    private Path batch(int number) {
        return inner.resolve("data_batch_" + number + ".bin");
    }

    private ImageDataset read() {
        return CifarFiles.read(folder, Variant.CIFAR_10, Split.TRAIN);
    }

    @Test
    void shouldNotTakeAByteOrderMarkForAnAirplane() throws IOException {
        Path names = inner.resolve("batches.meta.txt");
        Files.writeString(names, "\uFEFF" + Files.readString(names));

        assertThat(CifarFiles.classNames(folder, Variant.CIFAR_10).getFirst()).isEqualTo("airplane");
    }

    @Test
    void shouldReadAllBatchesInOrder() {
        ImageDataset data = read();

        assertThat(data.size()).isEqualTo(10);
        assertThat(data.shape()).containsExactly(3, 32, 32);
        float[] image = new float[IMAGE + 2];
        for (int i = 0; i < 10; i++) {
            assertThat(data.label(i)).isEqualTo(i);
            data.copy(i, image, 1);
            for (int p : new int[]{0, 1, 1023, 1024, 3071}) {
                assertThat(image[1 + p]).isEqualTo(pixel(i, p) / 127.5f - 1);
            }
            assertThat(image[0]).isZero();
            assertThat(image[IMAGE + 1]).isZero();
        }
        assertThat(CifarFiles.read(folder, Variant.CIFAR_10, Split.TEST).size()).isEqualTo(3);
        assertThatThrownBy(() -> data.copy(10, image, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldGiveTheSameNumbersMappedAndInMemory() {
        byte[] pixels = new byte[10 * IMAGE];
        byte[] labels = new byte[10];
        IntStream.range(0, 10).forEach(i -> {
            labels[i] = (byte) i;
            IntStream.range(0, IMAGE).forEach(p -> pixels[i * IMAGE + p] = (byte) pixel(i, p));
        });
        var inMemory = new ImageDataset(read().shape(), pixels, labels);

        assertThat(read().sha256()).isEqualTo(inMemory.sha256());
        assertThat(read().standardDeviation()).isEqualTo(inMemory.standardDeviation());
    }

    @Test
    void shouldHashTheSameWhereverTheFilesLie() throws IOException {
        String there = read().sha256();
        Path moved = Files.move(inner, folder.resolve("elsewhere"));
        assertThat(CifarFiles.read(moved, Variant.CIFAR_10, Split.TRAIN).sha256()).isEqualTo(there);

        byte[] changed = records(0, 2);
        changed[0] = 9;
        Files.write(moved.resolve("data_batch_1.bin"), changed);
        assertThat(CifarFiles.read(moved, Variant.CIFAR_10, Split.TRAIN).sha256()).isNotEqualTo(there);
    }

    @Test
    void shouldReadTheNamesOfTheClasses() throws IOException {
        assertThat(CifarFiles.classNames(folder, Variant.CIFAR_10)).hasSize(10).startsWith("airplane")
                .endsWith("truck");

        Files.writeString(inner.resolve("batches.meta.txt"), "airplane\n");
        assertThatThrownBy(() -> CifarFiles.classNames(folder, Variant.CIFAR_10)).isInstanceOf(DataException.class)
                .hasMessageContaining("batches.meta.txt has 1 names, not 10");
        Files.write(inner.resolve("batches.meta.txt"), new byte[]{(byte) 0xC3, 0x28});
        assertThatThrownBy(() -> CifarFiles.classNames(folder, Variant.CIFAR_10)).hasMessageContaining("UTF-8");
        Files.write(inner.resolve("batches.meta.txt"), new byte[70_000]);
        assertThatThrownBy(() -> CifarFiles.classNames(folder, Variant.CIFAR_10)).hasMessageContaining("70000 bytes");
        Files.delete(inner.resolve("batches.meta.txt"));
        assertThatThrownBy(() -> CifarFiles.classNames(folder, Variant.CIFAR_10)).hasMessageContaining("there is no");
    }

    @Test
    void shouldNameTheFileThatIsBroken() throws IOException {
        Files.write(batch(3), new byte[0]);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_3.bin is empty");
        Files.write(batch(3), new byte[3074]);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_3.bin has 3074 bytes, which are not whole records of 3073");
        byte[] strange = records(0, 2);
        strange[3073] = 10;
        Files.write(batch(3), strange);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_3.bin: image 1 has label 10");
        Files.delete(batch(3));
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("there is no file")
                .hasMessageContaining("data_batch_3.bin");
        Files.createDirectory(batch(3));
        assertThatThrownBy(this::read).hasMessageContaining("data_batch_3.bin is not a file");
    }

    @Test
    void shouldReadTheFineLabelsOfTheLargerSet() throws IOException {
        Files.write(folder.resolve("train.bin"), records(0, 4, 19));

        ImageDataset data = CifarFiles.read(folder, Variant.CIFAR_100, Split.TRAIN);

        assertThat(data.size()).isEqualTo(4);
        assertThat(data.label(3)).isEqualTo(3);
        float[] image = new float[IMAGE];
        data.copy(3, image, 0);
        assertThat(image[5]).isEqualTo(pixel(3, 5) / 127.5f - 1);
    }
}
