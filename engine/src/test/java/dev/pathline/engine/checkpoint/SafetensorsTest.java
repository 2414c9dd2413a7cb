package dev.pathline.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {

    @TempDir
    private Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return Files.write(folder.resolve("x.safetensors"), bytes.array());
    }

    @ParameterizedTest
    @EnumSource(StoredType.class)
    void shouldReadWhatItWrites(StoredType type) {
        var tensors = Map.of("b.weight", new TensorData(List.of(2, 3), new float[]{0, 1, -2, 0.5f, 4096, -0.0f}),
                "a", new TensorData(List.of(), new float[]{Float.NaN}), "empty",
                new TensorData(List.of(0, 4), new float[0]));
        Path file = folder.resolve("t.safetensors");
        Safetensors.write(file, tensors, type, Map.of("step", "7"));

        Safetensors read = Safetensors.read(file);

        assertThat(read.metadata()).containsEntry("step", "7").containsEntry("format", "pt");
        assertThat(read.tensors().keySet()).containsExactlyInAnyOrder("a", "b.weight", "empty");
        tensors.forEach((name, tensor) -> {
            assertThat(read.tensors().get(name).shape()).isEqualTo(tensor.shape());
            assertThat(read.tensors().get(name).values()).isEqualTo(tensor.values());
        });
    }

    @Test
    void shouldRoundBfloat16ToTheNearestEven() {
        ByteBuffer buffer = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        float[][] cases = {{1 + 1f / 256, 1}, {1 + 3f / 256, 1 + 4f / 256}, {1 + 1.01f / 256, 1 + 2f / 256},
            {Float.MAX_VALUE, Float.POSITIVE_INFINITY}};
        for (float[] c : cases) {
            StoredType.BF16.write(buffer.clear(), c[0]);
            assertThat(StoredType.BF16.read(buffer.flip())).isEqualTo(c[1]);
        }
    }

    @Test
    void shouldWriteSortedKeysAndAlignedData() throws IOException {
        Path file = folder.resolve("t.safetensors");
        Safetensors.write(file, Map.of("z", new TensorData(List.of(1), new float[1]), "a",
                new TensorData(List.of(1), new float[1])), StoredType.F32, Map.of());

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong();
        String json = new String(bytes.array(), 8, (int) header, StandardCharsets.UTF_8);

        assertThat((8 + header) % 8).isZero();
        assertThat(json.indexOf("\"a\"")).isLessThan(json.indexOf("\"z\"")).isPositive();
        assertThat(folder).isDirectoryContaining(f -> f.equals(file)).isDirectoryNotContaining("glob:**.part");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | its shape [2] needs 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}} | 4 | claims bytes 0 to 8 of 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | overlap or leave a hole",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 8 | end at byte 4 of 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | overlap",
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}} | 8 | dtype 'I64'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 4 | dimension of -1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000000000000],\"data_offsets\":[0,4]}} | 4 | dimension of 1000000000000000000",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536],\"data_offsets\":[0,4]}} | 4 | more elements than bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | 4 | no integer",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}} | 4 | no integer",
        "{\"a\":{\"dtype\":\"F32\"}} | 0 | lacks dtype, shape or data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{}} | 0 | 'a' is there twice",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}} | 0 | dtype twice",
        "{\"a\":{\"shape\":[1],\"shape\":[1]}} | 0 | shape twice",
        "{\"a\":{\"data_offsets\":[],\"data_offsets\":[]}} | 0 | data_offsets twice",
        "{\"a\":{\"shape\":{}}} | 0 | shape that is no array",
        "{\"a\":{\"shape\":[1,1,1,1,1,1,1,1,1]}} | 0 | more than 8 numbers",
        "{\"a\":{\"shape\":[[1]]}} | 0 | no integer",
        "{\"a\":{\"shape\":[\"1\"]}} | 0 | no integer",
        "{\"a\":{\"layout\":1}} | 0 | unknown field 'layout'",
        "{\"a\":7} | 0 | 'a' is not a JSON object",
        "{\"__metadata__\":[]} | 0 | __metadata__ is not a JSON object",
        "{\"__metadata__\":{\"k\":{}}} | 0 | 'k' is not a string",
        "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}} | 0 | 'k' is there twice",
        "{}{} | 0 | goes on after the JSON object",
        "[1] | 0 | not a JSON object",
        "{\"a\": | 0 | not JSON"})
    void shouldNameWhatIsWrong(String header, int dataBytes, String message) throws IOException {
        Path file = file(header, dataBytes);

        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"1000000000000000000", "-1", "9223372036854775807", "100", "0"})
    void shouldRefuseAHeaderLengthThatCannotBe(long length) throws IOException {
        Path file = Files.write(folder.resolve("x.safetensors"),
                ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("header claims");
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("none.safetensors")))
                .isInstanceOf(CheckpointException.class).hasMessageContaining("none.safetensors");
    }
}
