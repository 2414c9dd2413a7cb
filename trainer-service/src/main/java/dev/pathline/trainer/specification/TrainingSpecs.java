package dev.pathline.trainer.specification;

import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads training specifications. */
public final class TrainingSpecs {

    /** Deeper than any specification. */
    private static final int MAX_NESTING = 32;

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build()).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

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
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SpecException("there is no file " + file, e);
        } catch (IOException e) {
            throw new SpecException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a text in YAML.
     *
     * @param source what errors call it
     * @throws SpecException if it does not fit; the message has every mistake with its field's name
     */
    public static TrainingSpec read(String text, String source) {
        return SpecReader.read(tree(text, source), new TrainingSpec.Source(source, sha256(text), text));
    }

    /**
     * Parses a text in YAML. Anchors and aliases are refused: a few lines of them stand for gigabytes.
     *
     * @param source what errors call it
     * @throws SpecException if it is not YAML
     */
    public static JsonNode tree(String text, String source) {
        try {
            requireNoAliases(text, source);
            return YAML.readTree(text);
        } catch (JacksonException e) {
            String what = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
            TokenStreamLocation at = e.getLocation();
            throw new SpecException(source + " is not YAML: " + (at == null ? "" : "line " + at.getLineNr() + ": ")
                    + what, e);
        }
    }

    /** Writes a tree as YAML. */
    public static String write(JsonNode tree) {
        return YAML.writeValueAsString(tree);
    }

    /** Returns the section {@code data} of a specification, if nothing is wrong with it, whatever the rest is. */
    public static Optional<DataSpec> data(JsonNode tree) {
        if (!tree.path("data").isObject()) {
            return Optional.empty();
        }
        SpecFields root = SpecFields.of(tree);
        DataSpec data = DataReader.read(root.object("data"));
        return root.problems().isEmpty() ? Optional.of(data) : Optional.empty();
    }

    private static void requireNoAliases(String text, String source) {
        try (JsonParser parser = YAML.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                    throw new SpecException(source + ": line " + parser.currentTokenLocation().getLineNr()
                            + " has an alias (*" + parser.getString() + "); write out what it stands for");
                }
            }
        }
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
