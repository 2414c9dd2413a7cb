package dev.pathline.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server of its own process: Adobe's S3Mock, which the build puts into {@code target/s3mock}. It is a Spring Boot
 * application with its own versions of everything, so it does not come onto the class path.
 *
 * <p>S3 checks a condition and writes in one step, and an object is read whole or not at all. The mock checks, then writes,
 * and lets readers see half an object, so requests reach it through a proxy that passes on one at a time.
 */
public final class S3Server implements AutoCloseable {

    /** The bucket that is there. */
    public static final String BUCKET = "models";

    private static final Path JAR = Path.of("target/s3mock/s3mock.jar");
    private static final Pattern PORT = Pattern.compile("started on ports? .*?(\\d+) \\(http\\)");

    private final Process process;
    private final SerialProxy proxy;
    private final S3Client client;

    private S3Server(Process process, SerialProxy proxy) {
        this.process = process;
        this.proxy = proxy;
        this.client = S3Client.builder().endpointOverride(endpoint()).region(Region.US_EAST_1).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /** Starts a server on a free port, with its files in a folder, and waits until it serves. */
    public static S3Server start(Path folder) throws IOException {
        // What the SDK finds in the registry's own client.
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        assertThat(JAR).as("the build puts it there").exists();
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar", JAR.toAbsolutePath().toString(),
                "--http.port=0", "--server.port=0",
                "--com.adobe.testing.s3mock.store.root=" + Files.createDirectories(folder),
                "--com.adobe.testing.s3mock.store.initial-buckets=" + BUCKET).redirectErrorStream(true).start();
        var said = new StringBuilder();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            Matcher matcher = PORT.matcher(line);
            if (matcher.find()) {
                drain(out);
                return new S3Server(process, new SerialProxy(URI.create("http://localhost:" + matcher.group(1))));
            }
        }
        throw new IOException("the S3 server did not start:\n" + said);
    }

    /** A full pipe would hold the server up. */
    private static void drain(BufferedReader out) {
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                while (out.readLine() != null) {
                    continue;
                }
            } catch (IOException e) {
                // It was stopped while it was read.
                return;
            }
        });
    }

    /** Where it is. */
    public URI endpoint() {
        return proxy.address();
    }

    /** A client of the whole server. */
    public S3Client client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        proxy.close();
        process.destroy();
    }
}
