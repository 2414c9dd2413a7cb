package dev.pathline.engine.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.data.CifarFiles.Variant;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.images.ImageTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundDataTest {

    private static final List<Integer> GREY = List.of(1, 8, 8);
    private static final List<Integer> POINT = List.of(2);

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void shouldSeeTheFormatByTheNamesOfFiles() throws IOException {
        file("cifar/cifar-10-batches-bin/test_batch.bin", "");
        file("fine/train.bin", "");
        file("idx/train-images-idx3-ubyte.gz", "");
        file("idx/train-labels-idx1-ubyte", "");
        file("pictures/a.png", "");

        assertThat(FoundData.at(folder.resolve("cifar"), List.of(3, 32, 32)))
                .isEqualTo(new DataSource.Cifar(Variant.CIFAR_10, "" + folder.resolve("cifar")));
        assertThat(FoundData.at(folder.resolve("fine"), List.of(3, 32, 32)).format()).isEqualTo("cifar-100");
        assertThat(FoundData.at(folder.resolve("idx"), GREY)).isEqualTo(new DataSource.Idx("" + folder.resolve("idx")));
        assertThat(FoundData.at(folder.resolve("pictures"), GREY))
                .isEqualTo(new DataSource.Images("" + folder.resolve("pictures"), new ImageTarget(1, 8, 8)));
        assertThat(FoundData.at(file("x.NPY", ""), POINT).format()).isEqualTo("npy");
    }

    @Test
    void shouldSeeWhetherAFileBeginsWithNames() throws IOException {
        assertThat(lines(file("names.csv", "# made\nx,y\n1,2\n"))).isEqualTo(new CsvFile.Format(',', true, ""));
        assertThat(lines(file("plain.csv", "1,2\n3,4\n"))).isEqualTo(new CsvFile.Format(',', false, ""));
        assertThat(lines(file("label.csv", "1,2,left\n"))).isEqualTo(new CsvFile.Format(',', false, ""));
        assertThat(lines(file("tabs.tsv", "x\ty\n"))).isEqualTo(new CsvFile.Format('\t', true, ""));
    }

    /** pandas calls the columns of an array 0, 1, 2 ... */
    @Test
    void shouldTakeTheNumbersOfColumnsForNamesAndSaySo() throws IOException {
        Path counted = file("counted.csv", "0,1\n0.5,2\n3,4\n");
        DataSource found = FoundData.at(counted, POINT);

        assertThat(lines(counted)).isEqualTo(new CsvFile.Format(',', true, ""));
        Dataset data = found.open(Split.TRAIN, List.of());
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.warnings()).containsExactly("the first line of " + counted
                + ", 0, 1, is taken for the columns' names: if it is a sample, say header: false in a specification's"
                + " section data");
        assertThat(lines(file("sample.csv", "0,1.0\n3,4\n")).header()).isFalse();
        assertThat(lines(file("other.csv", "1,2\n3,4\n")).header()).isFalse();
    }

    @Test
    void shouldReadTheFirstRecordAlone() throws IOException {
        assertThat(lines(file("later.csv", "x,y\n" + "1,2\n".repeat(100_000) + "\"never closed\n")).header()).isTrue();
    }

    private static CsvFile.Format lines(Path file) {
        return ((DataSource.Csv) FoundData.at(file, POINT)).lines();
    }

    @Test
    void shouldSayWhatIsThereInsteadOfData() throws IOException {
        file("idx/train-images-idx3-ubyte", "");
        Path picture = file("picture.png", "");

        assertThatThrownBy(() -> FoundData.at(folder.resolve("none"), GREY)).isInstanceOf(DataException.class)
                .hasMessage("there is no file or folder " + folder.resolve("none"));
        assertThatThrownBy(() -> FoundData.at(picture, GREY)).isInstanceOf(DataException.class)
                .hasMessageContaining("picture.png is none of the files").hasMessageContaining("a folder of images");
        assertThatThrownBy(() -> FoundData.at(folder, POINT)).isInstanceOf(DataException.class)
                .hasMessageContaining("samples of shape [2]");
        assertThatThrownBy(() -> FoundData.at(folder.resolve("idx"), GREY)).isInstanceOf(DataException.class)
                .hasMessageContaining("neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz")
                .hasMessageNotContaining("Debian");
    }
}
