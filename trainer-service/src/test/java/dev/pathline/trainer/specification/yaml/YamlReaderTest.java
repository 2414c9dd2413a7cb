package dev.pathline.trainer.specification.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class YamlReaderTest {

    private static JsonNode value(String written) {
        return YamlReader.read("a: " + written + "\n", "test").root().path("a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"True | true", "FALSE | false", "1e3 | 1000.0",
        ".001 | 0.001", "-.5 | -0.5", "+3 | 3", "1. | 1.0", "1E-5 | 1.0E-5", "0x10 | 16", "0o17 | 15", "010 | 10",
        "1_000_000 | 1000000", "12345678901234567890 | 12345678901234567890", "~ | null", "Null | null",
        "yes | \"yes\"",
        "2024-01-02 | \"2024-01-02\"", "1:30 | \"1:30\"", "'1e3' | \"1e3\"", "\"true\" | \"true\"", "!!str 7 | \"7\"",
        "$HOME | \"$HOME\"", "${HOME} | \"${HOME}\"", "[1, two, 3.5] | [1,\"two\",3.5]", "{b: 1} | {\"b\":1}"})
    void shouldReadWhatAValueLooksLike(String written, String json) {
        assertThat(value(written).toString()).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\uFEFFa: 1\nb: 2\n", "\uFEFF{\"a\": 1, \"b\": 2}", "\uFEFF# by an editor\r\na: 1\r\nb: 2\r\n"})
    void shouldNotTakeAByteOrderMarkForTheFirstName(String text) {
        assertThat(YamlReader.read(text, "test").root().toString()).isEqualTo("{\"a\":1,\"b\":2}");
    }

    @Test
    void shouldRememberHowValuesWereWritten() {
        SpecTree tree = YamlReader.read("a: [1e3, 1.50, '2.0', yes]\nb: {c: [{d: 007}]}\n", "test");

        assertThat(tree.texts()).containsEntry("a[0]", "1e3").containsEntry("a[1]", "1.50").containsEntry("a[3]", "yes")
                .containsEntry("b.c[0].d", "007").doesNotContainKey("a[2]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "name: tiny\\n\\tbatch: 6 | line 2: a tab stands in the indentation",
        "optimizer:\\n\\tlearningRate: 1 | line 2: a tab stands in the indentation",
        "name: tiny\\nbatch:\\t6 | line 2: a tab stands where a space belongs",
        "name: tiny\\nbatch 6\\nimages: 60 | line 2: a ':' is missing behind the field's name",
        "name tiny\\nbatch: 6 | line 1: a ':' is missing behind the field's name",
        "name: a\\nname tiny\\n# a word\\n\\nbatch: 6 | line 2: a ':' is missing behind the field's name",
        "o:\\n  type adam\\n  rate: 1 | line 2: a ':' is missing behind the field's name",
        "o:\\n  rate: 1\\n  type adam | line 3: a ':' is missing behind the field's name",
        "o:\\n  rate: 1\\n  type adam\\nx: 1 | line 3: a ':' is missing behind the field's name",
        "a: 1\\nbatch:6\\nc: 2 | line 2: a space is missing behind the ':'",
        "batch:6\\nc: 2 | line 1: a space is missing behind the ':'",
        "a: 1\\r\\nb 2\\r\\nc: 3 | line 2: a ':' is missing behind the field's name",
        "a: 1\\nd: a: b | line 2: it has a second ': '",
        "a: 1\\ndefaults {solver: euler, steps: 3} | line 2: a ':' is missing behind the field's name",
        "o:\\n  time [{a: b, c: d}] | line 2: a ':' is missing behind the field's name",
        "a: {b: c}: d | line 1: it has a second ': '",
        "o:\\n  a: 1\\n   b: 2 | line 3: it is indented further than the lines before it",
        "o:\\n    a: 1\\n  b: 2 | line 3: it is indented unlike the lines before it",
        "a: 1\\n- b | line 2: an item of a list stands where a field belongs",
        "a: 1\\nb: [1, 2\\nc: 3 | line 2: a '[' is not closed", "a: {x: 1 | line 1: a '{' is not closed",
        "a: 1\\nb: \"x\\nc: 1 | line 2: a quote is not closed", "a: 'x | line 1: a quote is not closed",
        "a: [1, 2]] | line 1: a bracket is closed that was not opened",
        "a: 1\\nb: @x | line 2: a text cannot begin with @", "a: `x | line 1: a text cannot begin with `",
        "a: 1\\nb: \"C:\\qata\" | line 2: \\q means nothing in double quotes",
        "a: 1\\n---\\nb: 2 | line 2: a second document begins", "a: 1\\nb: !foo 1 | line 2 has a tag, !foo",
        "a: &x 1\\nb: *x | line 2 has an alias (*x)", "a: 1\\nb: &x 2 | line 2 has an anchor (&x)",
        "a: 1\\nb: &x {c: 2} | line 2 has an anchor (&x)", "a: 1\\nb: 2\\na: 3 | line 3 has the field a a second time",
        "o:\\n  a: 1\\n  a: 2 | line 3 has the field a a second time",
        "? [1]\\n: 2 | line 1 has a field whose name is no text",
        "a: 1\\nb: !!int x | line 2 has x where its tag promises a number",
        "a: 1\\nb: x\u0007y | line 2: the character with the code 7"})
    void shouldNameTheLineAndTheCause(String yaml, String message) {
        String text = yaml.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r");

        assertThatThrownBy(() -> YamlReader.read(text, "spec.yaml")).isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml").hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainIgnoringCase("jackson", "snakeyaml", "java",
                        "exception", "token", "scalar", "mapping"));
    }

    @Test
    void shouldRefuseWhatIsNestedDeep() {
        for (String yaml : List.of("a: " + "[".repeat(100_000), "a: " + "{b: ".repeat(40) + "}".repeat(40))) {
            assertThatThrownBy(() -> YamlReader.read(yaml, "test")).isInstanceOf(SpecException.class)
                    .hasMessageContaining("nested more than 32 deep");
        }
    }

    @Test
    void shouldReadNothingAsNothing() {
        assertThat(YamlReader.read("# nothing\n", "test").root().isMissingNode()).isTrue();
        assertThat(YamlReader.read("\uFEFFa: 1\n", "test").root().path("a").asInt()).isEqualTo(1);
    }
}
