package dev.pathline.trainer.specification;

import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecTree;
import dev.pathline.trainer.specification.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads training specifications. */
public final class TrainingSpecs {

    private static final int LONGEST = 3 << 20;
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private TrainingSpecs() {}

    /**
     * Reads a YAML file.
     *
     * @throws SpecException if it cannot be read or does not fit; the message has every mistake with its field's name
     */
    public static TrainingSpec read(Path file) {
        return read(text(file), file.toString());
    }

    /**
     * Reads a file as a text.
     *
     * @throws SpecException if it cannot be read
     */
    public static String text(Path file) {
        try {
            return read(Files.newInputStream(file), file);
        } catch (NoSuchFileException e) {
            throw new SpecException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new SpecException(file + " is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new SpecException(file + " cannot be read: " + WriteFailure.reason(e), e);
        }
    }

    /** What is longer is no specification, and may have no end. */
    private static String read(InputStream opened, Path file) throws IOException {
        try (InputStream in = opened) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new SpecException(file + " is longer than any specification: more than " + (LONGEST >> 20)
                        + " MB");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    /**
     * Reads a text in YAML.
     *
     * @param source what errors call it
     * @throws SpecException if it does not fit; the message has every mistake with its field's name
     */
    public static TrainingSpec read(String text, String source) {
        return SpecReader.read(YamlReader.read(text, source), new TrainingSpec.Source(source, sha256(text), text));
    }

    /**
     * Parses a text in YAML.
     *
     * @param source what errors call it
     * @throws SpecException if it is not YAML; the message names the line
     */
    public static JsonNode tree(String text, String source) {
        return YamlReader.read(text, source).root();
    }

    /** Writes a tree as YAML. */
    public static String write(JsonNode tree) {
        return YAML.writeValueAsString(tree);
    }

    /** Returns the section {@code data} of a specification, if nothing is wrong with it, whatever the rest is. */
    public static Optional<DataSpec> data(SpecTree tree) {
        if (!tree.root().path("data").isObject()) {
            return Optional.empty();
        }
        SpecFields root = SpecFields.of(tree);
        DataSpec data = DataReader.read(root.object("data"));
        return root.mistakes() == 0 ? Optional.of(data) : Optional.empty();
    }

    /** Returns the SHA-256 of a text in UTF-8, in hexadecimal. */
    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
