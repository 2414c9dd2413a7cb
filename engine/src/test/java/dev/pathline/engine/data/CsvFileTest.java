package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.data.CsvFile.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {

    private static final Format PLAIN = new Format(',', false, "");
    private static final List<String> CATS = List.of("lion", "lynx");

    @TempDir
    private Path folder;

    private Dataset read(String text, Format format, List<String> classes) throws IOException {
        Path file = folder.resolve("points.csv");
        Files.writeString(file, text);
        return CsvFile.read(file, format, classes, null);
    }

    private static float[] sample(Dataset data, int index) {
        float[] sample = new float[data.sampleSize()];
        data.copy(index, sample, 0);
        return sample;
    }

    @Test
    void shouldReadNumbers() throws IOException {
        Dataset data = read("\uFEFF1,2.5\r\n# a remark\n\n -3 ,\"4e1\"\n", PLAIN, List.of());

        assertThat(data.size()).isEqualTo(2);
        assertThat(data.shape()).containsExactly(2);
        assertThat(sample(data, 0)).containsExactly(1, 2.5f);
        assertThat(sample(data, 1)).containsExactly(-3, 40);
        assertThat(data.label(0)).isEqualTo(Dataset.NO_LABEL);
        assertThat(data.standardDeviation()).isCloseTo(17.3651, within(1e-3));
    }

    @Test
    void shouldMapARange() throws IOException {
        Path file = Files.writeString(folder.resolve("points.csv"), "0,5,10\n");

        assertThat(sample(CsvFile.read(file, PLAIN, List.of(), new ValueRange(0, 10)), 0)).containsExactly(-1, 0, 1);
    }

    @Test
    void shouldTakeLabelsFromAColumnByNameOrNumber() throws IOException {
        String names = "x;kind;y\n1;lynx;2\n3;lion;4\n";
        Dataset byName = read(names, new Format(';', true, "kind"), CATS);
        assertThat(sample(byName, 1)).containsExactly(3, 4);
        assertThat(byName.label(0)).isEqualTo(1);
        assertThat(byName.label(1)).isZero();

        Dataset byNumber = read("1;1;2\n3;0;4\n", new Format(';', false, "2"), CATS);
        assertThat(byNumber.sha256()).isEqualTo(byName.sha256());
        assertThat(read("1;0;2\n3;0;4\n", new Format(';', false, "2"), CATS).sha256()).isNotEqualTo(byName.sha256());
    }

    /** Names that look like indices count as names only if all labels are names. */
    @Test
    void shouldNotMixNamesAndIndices() throws IOException {
        var format = new Format(',', false, "1");
        assertThat(read("1,7\n2,7\n", format, List.of("1", "2")).label(1)).isEqualTo(1);
        assertThat(read("0,7\n1,7\n", format, List.of("1", "2")).label(1)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1,2~3 | false | | points.csv:2 has 1 columns, the first line has 2",
        "1,2~3,4,5 | false | | points.csv:2 has 3 columns",
        "x,y~1,2 | false | | points.csv:1 has 'x' in column 1 where a number was expected; if the first line has names",
        "1,2~~3,four | false | | points.csv:3 has 'four' in column 2 where a number was expected",
        "1,2~3, | false | | points.csv:2 has '' in column 2",
        "1,2~3,NaN | false | | points.csv:2 has NaN in column 2",
        "1,2~3,1e99 | false | | points.csv:2 has 1e99 in column 2, which is not a finite float32",
        "x,y~1,2 | true | kind | points.csv:1 has no column 'kind' for labels; its columns are [x, y]",
        "1,2 | false | 3 | points.csv:1 has no column '3' for labels; it has 2, numbered from 1",
        "1~0 | false | 1 | has no column but the labels'",
        "1,lion~2,tiger | false | 2 | points.csv:2 has the label 'tiger'",
        "1,tiger~2,lion~3,lynx | false | 2 | points.csv:1 has the label 'tiger'",
        "1,lion~2,0~3,lynx | false | 2 | points.csv:2 has the label '0'",
        "1,0~2,lion~3,1 | false | 2 | points.csv:2 has the label 'lion'",
        "1.0,2d~3,4 | false | | points.csv:1 has '2d' in column 2",
        "1,2f~3,4 | false | | points.csv:1 has '2f' in column 2",
        "1,0x1p3 | false | | points.csv:1 has '0x1p3' in column 2",
        "1,-inf | false | | points.csv:1 has -inf in column 2, which is not a finite",
        "sep=;~1;2 | false | | points.csv:1 says that sep=;: say separator",
        "1,5;2,5 | false | | is between the columns, say separator: \";\"",
        "\"1,5\",2 | false | | points.csv:1 has '1,5' in column 1 where a number was expected; write decimal points",
        "\"1\"2,3 | false | | points.csv, from line 1 on, is not CSV: Unexpected character after closing quote",
        "1,2~~\"3,4 | false | | points.csv, from line 3 on, is not CSV: Unclosed quoted field",
        "\"a~b\",1~lion,x | false | 1 | points.csv:3 has 'x' in column 2",
        ",x,y~0,1,2 | true | | points.csv:1 has no name for column 1, as pandas",
        ",x,y~0,1,2 | false | | points.csv:1 has '' in column 1 where a number was expected; if the first line has names",
        "x,y,~1,2, | true | | points.csv:1 has no name for column 3: it ends with a separator",
        "~# a remark~1.5,2~3,4 | true | | points.csv:3 has the numbers 1.5, 2 where header: true",
        "1,1~2,3 | true | | points.csv:1 has the numbers 1, 1 where header: true",
        "x,x~2,3 | true | x | points.csv:1 has more than one column 'x'",
        "1,0~2,2 | false | 2 | points.csv:2 has the label '2'",
        "x,y | true | | points.csv has no samples"})
    void shouldNameTheLineThatIsWrong(String text, boolean header, String labels, String message) {
        assertThatThrownBy(() -> read(text.replace('~', '\n'), new Format(',', header, labels == null ? "" : labels),
                CATS)).isInstanceOf(DataException.class).hasMessageContaining(message);
    }

    @Test
    void shouldRefuseFilesWithoutSamples() throws IOException {
        assertThatThrownBy(() -> read("", PLAIN, List.of())).hasMessageContaining("points.csv has no samples");
        Path binary = Files.write(folder.resolve("b.csv"), new byte[]{(byte) 0xFF, (byte) 0xFE, 0, 1});
        assertThatThrownBy(() -> CsvFile.read(binary, PLAIN, List.of(), null)).isInstanceOf(DataException.class)
                .hasMessageContaining("b.csv is not text in UTF-8");
        assertThatThrownBy(() -> CsvFile.read(folder.resolve("none.csv"), PLAIN, List.of(), null))
                .hasMessageContaining("there is no file");
    }

    /** As {@code numpy.savetxt} writes a header. */
    @Test
    void shouldTakeNamesFromARemarkBeforeTheFirstSample() throws IOException {
        Dataset data = read("# made today\n# x,y\n1,2\n3,4\n", new Format(',', true, ""), List.of());
        assertThat(data.size()).isEqualTo(2);
        assertThat(sample(data, 0)).containsExactly(1, 2);
        Dataset labelled = read("#kind,y\nlynx,2\nlion,4\n", new Format(',', true, "kind"), CATS);
        assertThat(labelled.size()).isEqualTo(2);
        assertThat(labelled.label(0)).isEqualTo(1);
        // A remark about names that follow is none of them.
        Dataset named = read("# a,b\nx,y\n1,2\n", new Format(',', true, ""), List.of());
        assertThat(named.size()).isEqualTo(1);
        assertThat(named.warnings()).isEmpty();
    }

    @Test
    void shouldSayWhatIsStrangeButPossible() throws IOException {
        assertThat(read("2001,2002\n1,2\n", new Format(',', true, ""), List.of()).warnings()).singleElement()
                .asString().contains("2001, 2002", "header: false");
        assertThat(read("0,1.5\n1,7\n2,3\n", PLAIN, List.of()).warnings()).singleElement().asString()
                .contains("column 1", "counts the samples");
        assertThat(read("id,y\n1,2\n2,7\n3,1\n", new Format(',', true, ""), List.of()).warnings())
                .singleElement().asString().contains("column 1, 'id'");
        assertThat(read("0,1.5\n1,7\n3,3\n", PLAIN, List.of()).warnings()).isEmpty();
    }

    @Test
    void shouldReadWhatOtherProgramsWrite() throws IOException {
        Dataset excel = read("sep=;\r\n\"1\";-2.5e-1\r\n+.5;7.\r\n", new Format(';', false, ""), List.of());
        assertThat(sample(excel, 0)).containsExactly(1, -0.25f);
        assertThat(sample(excel, 1)).containsExactly(0.5f, 7);
        // Labels that a program took for numbers among numbers.
        Dataset whole = read("1,1.000e+00\n2,0.000e+00\n", new Format(',', false, "2"), CATS);
        assertThat(whole.label(0)).isEqualTo(1);
        assertThat(sample(read("1\t2\r3\t4\r", new Format('\t', false, ""), List.of()), 1)).containsExactly(3, 4);
        Dataset names = read("\"big, wild\",1\n\"so \"\"tame\"\"\",2\n", new Format(',', false, "1"),
                List.of("so \"tame\"", "big, wild"));
        assertThat(names.label(0)).isEqualTo(1);
        assertThat(names.label(1)).isZero();
    }
}
