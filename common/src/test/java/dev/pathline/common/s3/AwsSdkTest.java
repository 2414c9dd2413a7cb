package dev.pathline.common.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsSdkTest {

    @TempDir
    private Path folder;

    @Test
    void shouldSayInOneLineWhatIsMissing() throws Exception {
        var urls = new ArrayList<URL>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("awssdk")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (var without = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> settings = without.loadClass(S3Settings.class.getName());
            Object place = settings.getMethod("of", String.class, String.class, Path.class, Duration.class).invoke(null,
                    "s3://bucket/models", null, folder, Duration.ZERO);
            var constructor = without.loadClass(S3ModelRegistry.class.getName()).getConstructor(settings, Clock.class);

            Throwable failure = null;
            try {
                constructor.newInstance(place, Clock.systemUTC());
            } catch (InvocationTargetException e) {
                failure = e.getCause();
            }
            assertThat(failure).isInstanceOf(IllegalStateException.class).message().hasLineCount(1)
                    .contains("s3://bucket/models", "software.amazon.awssdk:s3",
                            "software.amazon.awssdk:url-connection-client");
        }
    }
}
