package dev.pathline.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in the weights' place is called by its name. */
class LookalikeTest {

    @TempDir
    private Path folder;

    private Path file;
    private byte[] whole;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("diffusion_pytorch_model.safetensors");
        Safetensors.write(file, Map.of("a", new TensorData(List.of(64), new float[64])), StoredType.F32, Map.of());
        whole = Files.readAllBytes(file);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] packed(boolean zip) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = zip ? new ZipOutputStream(bytes) : new GZIPOutputStream(bytes)) {
            if (out instanceof ZipOutputStream entries) {
                entries.putNextEntry(new ZipEntry("archive/data.pkl"));
            }
            out.write(new byte[1000]);
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> others() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy(text("ustar"), 0, tar, 257, 5);
        return Stream.of(Arguments.of(new byte[0], "it is empty"),
                Arguments.of(text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 143\n"),
                        "it is a pointer of Git LFS"),
                Arguments.of(text("<!DOCTYPE html>\n<html lang=\"en\"><head><title>Log in</title>"), "a page of HTML"),
                Arguments.of(text("\n  <HTML><BODY>502 Bad Gateway</BODY></HTML>"), "a page of HTML"),
                Arguments.of(text("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"), "it is XML"),
                Arguments.of(text("{\"error\":\"Repository not found\"}"), "it is JSON"),
                Arguments.of(text("Entry not found"), "text, which begins 'Entry not found'"),
                Arguments.of(text("404"), "text, which begins '404'"), Arguments.of(text("\n\n \n"), "text of blanks"),
                Arguments.of(packed(true), "it is a zip archive, such as torch.save writes"),
                Arguments.of(packed(false), "it is compressed with gzip"),
                Arguments.of(HexFormat.of().parseHex("800495100000000000000000"), "it is a pickle"),
                Arguments.of(HexFormat.of().parseHex("80028a0a6cfc9c46f920"), "it is a pickle"),
                Arguments.of(HexFormat.of().parseHex("28b52ffd0400000000000000"), "it is compressed with zstd"),
                Arguments.of(HexFormat.of().parseHex("894844460d0a1a0a00000000"), "it is an HDF5 file"),
                Arguments.of(HexFormat.of().parseHex("474755460300000000000000"), "it is a GGUF file"),
                Arguments.of(tar, "it is a tar archive"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void shouldSayWhatItIs(byte[] bytes, String what) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + " is not a usable safetensors file: it is").hasMessageContaining(what)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    /** Wherever a download ended, be it in the header. */
    @Test
    void shouldSayThatItIsCutShort() throws IOException {
        for (int length = 8; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(file)).as("%d bytes", length)
                    .hasMessageContaining("may be cut short by a download or a copy that did not end");
        }
        Files.write(file, Arrays.copyOf(whole, 5));
        assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("fewer than the 8");
    }
}
