package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

    /** The closed form keeps to float32, so the profiles with less are not measured again under another name. */
    @Test
    void shouldPrintOneLineAProfileAndBatchSize() {
        CommandRun run = CommandRun.of("bench", "mixture-2d", "--batch", "1,3", "--seconds", "0.01", "--threads", "1");

        assertThat(run.code()).as(run.output()).isZero();
        List<String> lines = run.output().lines().toList();
        assertThat(lines.getFirst()).startsWith("mixture-2d@1: 12 parameters, 0.000");
        assertThat(lines.get(1)).isEqualTo("an image: dpm-solver++-2m, 20 steps, guidance 1: 20 rows");
        assertThat(lines.get(2)).isEqualTo("on cpu with 1 thread(s)");
        List<List<String>> table = lines.subList(4, lines.size() - 2).stream()
                .map(line -> Arrays.asList(line.split(" +(?!MiB)"))).toList();
        assertThat(table.getFirst()).containsExactly("profile", "batch", "images/s", "evals/s", "ms/eval", "GFLOP/s",
                "peak MiB");
        assertThat(table.subList(1, table.size())).extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("f32 1", "f32 3", "f32-packed 1", "f32-packed 3");
        assertThat(table.subList(1, table.size())).allSatisfy(row -> assertThat(row.subList(2, 5))
                .allSatisfy(number -> assertThat(Double.parseDouble(number)).isPositive()));
        assertThat(lines.getLast())
                .matches("profile of a server here: f32 \\(the network is exact, and keeps to float32\\)"
                        + "(; strict evaluations have (\\d+, )*\\d+ rows)?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--batch 0 | --batch must be 1 to 4096, not 0",
        "--seconds 0 | --seconds must be more than 0", "--profile f32,f8 | unknown numeric profile 'f8'"})
    void shouldSayInASentenceWhatIsWrong(String line, String sentence) {
        CommandRun run = CommandRun.of(("bench mixture-2d " + line).split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains(sentence);
    }
}
