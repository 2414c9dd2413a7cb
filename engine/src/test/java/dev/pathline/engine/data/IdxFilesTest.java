package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {

    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";

    @TempDir
    private Path folder;

    private static byte[] idx(int magic, int[] dims, int bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        var data = new DataOutputStream(out);
        data.writeInt(magic);
        for (int dim : dims) {
            data.writeInt(dim);
        }
        for (int i = 0; i < bytes; i++) {
            data.writeByte(i);
        }
        return out.toByteArray();
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    @BeforeEach
    void writeGoodFiles() throws IOException {
        Files.write(folder.resolve(IMAGES), idx(0x803, new int[]{3, 4, 5}, 60));
        Files.write(folder.resolve(LABELS), idx(0x801, new int[]{3}, 3));
    }

    private void images(byte[] bytes) throws IOException {
        Files.write(folder.resolve(IMAGES), bytes);
    }

    private ImageDataset read() {
        return IdxFiles.read(folder, Split.TRAIN);
    }

    @Test
    void shouldReadImagesAndLabels() {
        ImageDataset data = read();

        assertThat(data.size()).isEqualTo(3);
        assertThat(data.shape()).containsExactly(1, 4, 5);
        assertThat(data.label(2)).isEqualTo(2);
        float[] image = new float[20];
        data.copy(1, image, 0);
        assertThat(image[0]).isEqualTo(20 / 127.5f - 1);
        assertThat(image[19]).isEqualTo(39 / 127.5f - 1);
    }

    @Test
    void shouldReadZippedFilesAlike() throws IOException {
        String plain = read().sha256();
        Files.delete(folder.resolve(IMAGES));
        Files.write(folder.resolve(IMAGES + ".gz"), zipped(idx(0x803, new int[]{3, 4, 5}, 60)));

        assertThat(read().sha256()).isEqualTo(plain);
    }

    @Test
    void shouldSayWhichFileIsMissingAndHowToGetIt() throws IOException {
        Files.delete(folder.resolve(LABELS));

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining(LABELS)
                .hasMessageContaining("dataset-fashion-mnist");
    }

    @Test
    void shouldRefuseAFileThatIsCutShort() throws IOException {
        images(idx(0x803, new int[]{3, 4, 5}, 59));

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining(IMAGES)
                .hasMessageContaining("cut short");
    }

    @Test
    void shouldRefuseAHeaderThatIsCutShort() throws IOException {
        images(new byte[]{0, 0, 8});

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("cut short");
    }

    @Test
    void shouldRefuseAnotherKindOfFile() throws IOException {
        images(idx(0x801, new int[]{3, 4, 5}, 60));

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("00000801")
                .hasMessageContaining("00000803");
    }

    @Test
    void shouldRefuseCountsThatDiffer() throws IOException {
        images(idx(0x803, new int[]{2, 4, 5}, 40));

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("2 images")
                .hasMessageContaining("3 labels");
    }

    @Test
    void shouldRefuseSizesThatWouldFillTheMemory() throws IOException {
        images(idx(0x803, new int[]{Integer.MAX_VALUE, 28, 28}, 60));
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("2147483647");
        images(idx(0x803, new int[]{-1, 28, 28}, 60));
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("-1");
    }

    @Test
    void shouldRefuseADamagedZip() throws IOException {
        Files.delete(folder.resolve(IMAGES));
        byte[] good = zipped(idx(0x803, new int[]{3, 4, 5}, 60));
        Path file = folder.resolve(IMAGES + ".gz");

        Files.write(file, Arrays.copyOf(good, good.length / 2));
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining(IMAGES);

        byte[] checksum = good.clone();
        checksum[good.length - 8] ^= 1;
        Files.write(file, checksum);
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("not a whole gzip");

        Files.write(file, new byte[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("not a whole gzip");
    }

    @Test
    void shouldRefuseBytesAfterTheImages() throws IOException {
        images(idx(0x803, new int[]{3, 4, 5}, 61));

        assertThatThrownBy(this::read).isInstanceOf(DataException.class).hasMessageContaining("more than");
    }
}
