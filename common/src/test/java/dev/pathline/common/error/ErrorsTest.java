package dev.pathline.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.wire.JobError;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorsTest {

    @Test
    void shouldStayShortWhoeverMadeTheList() {
        List<FieldError> errors = IntStream.range(0, 150_000).mapToObj(i -> new FieldError("f" + i, "is wrong"))
                .toList();

        var exception = new ApiException(ErrorCode.INVALID_SPECIFICATION, "is wrong; ".repeat(150_000), errors);

        assertThat(exception.errors()).hasSize(FieldErrors.MAX).startsWith(errors.getFirst());
        assertThat(exception.moreErrors()).isEqualTo(149_980);
        assertThat(exception.detail()).hasSizeLessThan(8100);
        assertThat(exception.retryAfter(java.time.Duration.ofSeconds(1)).moreErrors()).isEqualTo(149_980);
    }

    @Test
    void shouldNotMakeMessagesThatNobodyReads() {
        var errors = new FieldErrors();
        for (int i = 0; i < FieldErrors.MAX; i++) {
            errors.add("f", "is wrong");
        }

        errors.add("f", () -> {
            throw new AssertionError("the message is not needed");
        });

        assertThat(errors.more()).isEqualTo(1);
        assertThat(errors.kept()).hasSize(FieldErrors.MAX);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAdviseOnce(ErrorCode code) {
        String once = JobError.of(code, "It went wrong").message();
        String again = code.advise("Job 1 is failed: " + once);

        assertThat(once).isEqualTo("It went wrong. " + code.advice());
        assertThat(again).isEqualTo("Job 1 is failed: It went wrong. " + code.advice());
    }
}
