package dev.pathline.s3;

import dev.pathline.common.port.RegistryUnavailableException;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says what the SDK's exceptions mean, in a sentence for an operator. */
final class S3Errors {

    private static final int FORBIDDEN = 403;

    private final S3Settings settings;

    S3Errors(S3Settings settings) {
        this.settings = settings;
    }

    /** Does something; what fails is told as {@link RegistryUnavailableException}. */
    <T> T telling(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw translate(e);
        }
    }

    RegistryUnavailableException translate(SdkException e) {
        return new RegistryUnavailableException("what is in " + settings.location() + ": " + reason(e), e);
    }

    private String reason(SdkException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof NoSuchBucketException) {
            return "there is no bucket " + settings.bucket() + at() + "; create it, or name another";
        }
        if (e instanceof S3Exception service && service.statusCode() == FORBIDDEN) {
            return "the credentials do not allow this (" + message + "); docs/registry.md lists the permissions";
        }
        if (message.contains("Unable to load credentials")) {
            return "there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give"
                    + " the machine a role";
        }
        if (message.contains("Unable to load region")) {
            return "no region is known; set AWS_REGION";
        }
        if (e instanceof ApiCallTimeoutException) {
            return "the server did not answer within " + settings.timeouts().call().toSeconds() + " s" + at();
        }
        IOException cause = e instanceof SdkClientException ? input(e) : null;
        return cause != null
                ? "the server cannot be reached" + at() + ": " + cause.getClass().getSimpleName() + ", "
                        + cause.getMessage()
                : message;
    }

    private String at() {
        return settings.endpoint() == null ? "" : " at " + settings.endpoint();
    }

    private static @Nullable IOException input(Throwable e) {
        for (Throwable at = e.getCause(); at != null; at = at.getCause()) {
            if (at instanceof IOException io) {
                return io;
            }
        }
        return null;
    }
}
