package dev.pathline.api.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateRequestReaderTest {

    private static ApiException refused(String body) {
        return catchThrowableOfType(ApiException.class,
                () -> GenerateRequestReader.read(body.getBytes(StandardCharsets.UTF_8), model -> 64));
    }

    private static String fields(int count, String name) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + name + i + "\":1")
                .collect(Collectors.joining(",", "{\"model\":\"m\",", "}"));
    }

    @Test
    void shouldTellTwentyMistakesAndCountTheRest() {
        ApiException refusal = refused(fields(100_000, "f"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.errors()).hasSize(FieldErrors.MAX);
        assertThat(refusal.moreErrors()).isEqualTo(100_000 - FieldErrors.MAX);
        assertThat(refusal.detail()).endsWith("and 99980 more").hasSizeLessThan(10_000);
        assertThat(refused(fields(20, "f")).detail()).doesNotContain("more");
        assertThat(refused(fields(21, "f")).moreErrors()).isEqualTo(1);
    }

    @Test
    void shouldCutNamesHoweverLong() {
        ApiException refusal = refused(fields(30, "cfgscale".repeat(6000)));

        assertThat(refusal.errors()).hasSize(FieldErrors.MAX)
                .allSatisfy(error -> assertThat(error.field()).hasSizeLessThan(100));
        assertThat(refusal.detail()).hasSizeLessThan(10_000);
    }

    @Test
    void shouldCountMistakesInsideToo() {
        ApiException refusal = refused(fields(50, "f").replace("{\"model\":\"m\",", "{\"model\":\"m\",\"preview\":{")
                + "}");

        assertThat(refusal.errors()).hasSize(FieldErrors.MAX).allMatch(error -> error.field().startsWith("preview.f"));
        assertThat(refusal.moreErrors()).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void shouldRefuseWhatIsNestedWithoutEnd(String opening) {
        ApiException refusal = refused("{\"model\":" + opening.repeat(200_000));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MALFORMED_JSON);
        assertThat(refusal.detail()).contains("nesting depth").hasSizeLessThan(400);
    }

    @Test
    void shouldNotRepeatValuesAtLength() {
        ApiException refusal = refused("{\"model\":\"" + "x".repeat(500_000) + "\",\"steps\":" + "9".repeat(900)
                + ",\"seed\":\"" + "y".repeat(100_000) + "\"}");

        assertThat(refusal.errors()).hasSize(3);
        assertThat(refusal.detail()).hasSizeLessThan(1000);
    }
}
