package dev.pathline.it.services;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** PostgreSQL, NATS and the services of Pathline as containers in a network of their own, as restricted as on Kubernetes. */
final class Containers implements AutoCloseable {

    /** As long as Kubernetes waits for a pod (terminationGracePeriodSeconds). */
    private static final int GRACE_SECONDS = 30;
    private static final int HTTP = 8080;
    private static final int MANAGEMENT = 9090;

    private final String volumes = "pathline-it-" + UUID.randomUUID();
    private final Network network = Network.newNetwork();
    private final PostgreSQLContainer postgres = new PostgreSQLContainer(DockerImageName.parse("postgres:17"));
    private final GenericContainer<?> nats = new GenericContainer<>(DockerImageName.parse("nats:2.12"));
    private final List<GenericContainer<?>> services = new ArrayList<>();

    /** Starts the two servers. */
    Containers() {
        postgres.withNetwork(network).withNetworkAliases("postgres").start();
        nats.withNetwork(network).withNetworkAliases("nats").withCommand("-js", "-sd", "/tmp/nats")
                .withExposedPorts(4222)
                .waitingFor(Wait.forListeningPort()).start();
    }

    /** Starts a replica of the API, and waits until it is ready. */
    GenericContainer<?> api(Map<String, String> environment) {
        return start("api", environment, HTTP);
    }

    /** Starts a worker with one thread, and waits until it is ready. */
    GenericContainer<?> worker() {
        return start("worker", Map.of("PATHLINE_WORKER_THREADS", "1", "PATHLINE_WORKER_LEASE", "10s",
                "PATHLINE_WORKER_PROFILE", "f32"));
    }

    /** Starts a trainer at {@code http://trainer:8081}, and waits until it is ready. */
    GenericContainer<?> trainer(String data) {
        return start("trainer", Map.of("PATHLINE_TRAINER_THREADS", "1", "PATHLINE_TRAINER_DATA_ROOTS", "/data",
                "TEST_DATA", data));
    }

    private GenericContainer<?> start(String target, Map<String, String> environment, Integer... ports) {
        var service = new GenericContainer<>(DockerImageName.parse(Images.name(target)));
        service.withNetwork(network).withNetworkAliases(target)
                .withEnv(Map.of("PATHLINE_STORE_URL", "jdbc:postgresql://postgres:5432/" + postgres.getDatabaseName(),
                        "PATHLINE_STORE_USER", postgres.getUsername(), "PATHLINE_STORE_PASSWORD",
                        postgres.getPassword(),
                        "PATHLINE_NATS_SERVERS", "nats://nats:4222", "PATHLINE_API_KEYS_REQUIRED", "never",
                        "PATHLINE_JAVA_OPTS",
                        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"))
                .withEnv(environment).withExposedPorts(ports);
        service.addExposedPort(MANAGEMENT);
        var binds = new ArrayList<>(List.of(bind("models"), bind("images")));
        if (target.equals("trainer")) {
            binds.add(bind("runs"));
            binds.add(new Bind(environment.get("TEST_DATA"), new Volume("/data"), AccessMode.ro));
        }
        service.withCreateContainerCmdModifier(container -> container.getHostConfig().withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL).withSecurityOpts(List.of("no-new-privileges:true"))
                .withTmpFs(Map.of("/tmp", "", "/cache", "uid=10001,exec")).withBinds(binds));
        service.waitingFor(Wait.forHttp("/actuator/health/readiness").forPort(MANAGEMENT)
                .withStartupTimeout(Duration.ofMinutes(3)));
        services.add(service);
        service.start();
        return service;
    }

    private Bind bind(String name) {
        return new Bind(volumes + "-" + name, new Volume("/" + name));
    }

    /** Where clients reach a replica of the API. */
    static String address(GenericContainer<?> api) {
        return "http://" + api.getHost() + ":" + api.getMappedPort(HTTP);
    }

    /** Sends SIGTERM, and SIGKILL where that was of no use in time. Returns the status with which it ended, 137 when killed. */
    static long stop(GenericContainer<?> service) {
        String id = service.getContainerId();
        service.getDockerClient().stopContainerCmd(id).withTimeout(GRACE_SECONDS).exec();
        return service.getDockerClient().inspectContainerCmd(id).exec().getState().getExitCodeLong();
    }

    /** The number that a query gives, as a scaler asks it. */
    long number(String query) throws SQLException {
        try (var connection = DriverManager.getConnection(postgres.getJdbcUrl(), postgres.getUsername(),
                postgres.getPassword());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        services.forEach(GenericContainer::stop);
        nats.stop();
        postgres.stop();
        network.close();
        for (String name : List.of("models", "images", "runs")) {
            DockerClientFactory.instance().client().removeVolumeCmd(volumes + "-" + name).exec();
        }
    }
}
