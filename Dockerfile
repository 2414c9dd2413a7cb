# The images of Pathline, one a target:
#
#   docker build --target standalone -t pathline:0.1.0 .            everything in one JVM, and every command of ./pathline
#   docker build --target api -t pathline-api:0.1.0 .
#   docker build --target worker -t pathline-worker:0.1.0 .
#   docker build --target trainer -t pathline-trainer:0.1.0 .
#   docker build --target worker-cuda -t pathline-worker:0.1.0-cuda .
#
#   docker run --rm -p 127.0.0.1:8080:8080 pathline:0.1.0
#   docker run --rm pathline:0.1.0 models
#
# Any builder will do, the classic one too. With --build-arg JARS=FOLDER the applications' jars are taken from that folder of the
# repository instead of being built anew: what was tested is then what the image has. --build-arg
# PATHLINE_COMMIT=$(git rev-parse HEAD) has lineages name the commit.
# libtorch for the CPU of the machine that builds (x86-64 or ARM64) is among the jars, so that a container fetches nothing
# when it starts; it is unpacked into /cache, which may be a volume.
ARG JDK=eclipse-temurin:25-jdk
ARG BASE=debian:bookworm-slim
# What has CUDA and a libtorch for it, of the version that engine/pom.xml names.
ARG PYTORCH=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime

# A runtime of those modules that are used. Without what compiles and documents it is a third of the JDK.
FROM ${JDK} AS jre
RUN jlink --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.jfr,jdk.zipfs,jdk.naming.dns,jdk.net,jdk.httpserver,jdk.attach \
        --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 --output /opt/jre

# What others wrote: anew only when a pom.xml changes.
FROM ${JDK} AS dependencies
WORKDIR /src
ENV OPT_OUT_TRACKING=true
ARG JARS=
COPY .mvn/ .mvn/
COPY .build/ .build/
COPY mvnw pom.xml ./
COPY diffusion/pom.xml diffusion/
COPY common/pom.xml common/
COPY engine/pom.xml engine/
COPY adapters/sql/pom.xml adapters/sql/
COPY adapters/nats/pom.xml adapters/nats/
COPY adapters/s3/pom.xml adapters/s3/
COPY adapters/http/pom.xml adapters/http/
COPY adapters/distributed/pom.xml adapters/distributed/
COPY inference-worker/pom.xml inference-worker/
COPY trainer-service/pom.xml trainer-service/
COPY api-service/pom.xml api-service/
COPY client/pom.xml client/
COPY standalone/pom.xml standalone/
COPY integration-tests/pom.xml integration-tests/
COPY benchmarks/pom.xml benchmarks/
# One class has to be compiled for the compiler's own plugins to be fetched.
RUN [ -n "$JARS" ] || { mkdir -p diffusion/src/main/java/warm && echo 'package warm; final class Warm {}' > diffusion/src/main/java/warm/Warm.java \
    && ./mvnw -B -ntp -q -pl standalone -am -DskipTests -Dspotless.check.skip package \
    && rm -rf diffusion/src && find . -name target -prune -exec rm -rf {} +; }

FROM dependencies AS build
COPY . .
ARG JARS=
ARG PATHLINE_COMMIT=
RUN { [ -n "$JARS" ] || PATHLINE_COMMIT=${PATHLINE_COMMIT} ./mvnw -B -ntp -q -pl standalone -am -DskipTests -Dspotless.check.skip package; } \
    && for jar in ${JARS:-*/target}/pathline-*-app.jar; do \
         service=$(basename "$jar" | sed 's/^pathline-//; s/-[0-9].*//') \
           && java -Djarmode=tools -jar "$jar" \
             extract --layers --application-filename pathline.jar --destination "/layers/$service" || exit 1; \
       done

FROM ${BASE} AS runtime
COPY --from=jre /opt/jre /opt/jre
RUN groupadd --gid 10001 pathline \
    && useradd --uid 10001 --gid 10001 --home-dir /cache --no-create-home --shell /usr/sbin/nologin pathline \
    && mkdir -p /cache /data /models /images /runs /state /opt/pathline \
    && chown 10001:10001 /cache /models /images /runs /state
WORKDIR /opt/pathline
COPY .build/container /usr/local/bin/pathline
COPY .build/healthy /usr/local/bin/healthy
# The models that come with Pathline are in /shipped, whatever is mounted to /models, which is written to. Whatever is written
# goes to /cache, /models, /images, /runs, /state and /tmp: with these mounted, the root may be read-only.
ENV JAVA_HOME=/opt/jre \
    PATH=/opt/jre/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    HOME=/cache \
    OPT_OUT_TRACKING=true \
    DJL_CACHE_DIR=/cache/djl \
    PATHLINE_CACHE=/cache \
    PATHLINE_FEATURES=/cache/features \
    PATHLINE_PROFILES=/cache/profiles \
    PATHLINE_METRICS=/runs/metrics \
    PATHLINE_RUNS=/runs \
    PATHLINE_REGISTRY_DIRECTORIES=/models,/shipped \
    PATHLINE_IMAGES_DIRECTORY=/images
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["pathline"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["healthy"]
LABEL org.opencontainers.image.title="Pathline" \
      org.opencontainers.image.description="A generation server for diffusion and flow-map models" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"

FROM runtime AS api
# In the order in which they change: what others wrote first, Pathline last.
COPY --from=build /layers/api-service/natives/ ./
COPY --from=build /layers/api-service/dependencies/ ./
COPY --from=build /src/models/ /shipped/
COPY --from=build /layers/api-service/application/ ./
# libtorch is not here: the heap is what the process needs.
ENV PATHLINE_HEAP_PERCENT=60 \
    PATHLINE_MANAGEMENT_PORT=9090
EXPOSE 8080 9090

FROM runtime AS worker
COPY --from=build /layers/inference-worker/natives/ ./
COPY --from=build /layers/inference-worker/dependencies/ ./
COPY --from=build /src/models/ /shipped/
COPY --from=build /layers/inference-worker/application/ ./
ENV PATHLINE_MANAGEMENT_PORT=9090
EXPOSE 9090

FROM runtime AS trainer
COPY --from=build /layers/trainer-service/natives/ ./
COPY --from=build /layers/trainer-service/dependencies/ ./
COPY --from=build /src/models/ /shipped/
COPY --from=build /layers/trainer-service/application/ ./
ENV PATHLINE_MANAGEMENT_PORT=9090
EXPOSE 8081 9090

FROM runtime AS standalone
COPY --from=build /layers/standalone/natives/ ./
COPY --from=build /layers/standalone/dependencies/ ./
COPY --from=build /src/metrics/ ./metrics/
COPY --from=build --chown=10001:10001 /src/models/ /models/
COPY --from=build /layers/standalone/application/ ./
# A container's own loopback would be nobody's: who may reach the server is said by the port that is published.
ENV PATHLINE_MODELS=/models \
    PATHLINE_METRICS=/opt/pathline/metrics \
    PATHLINE_STATE=/state \
    PATHLINE_ADDRESS=0.0.0.0
EXPOSE 8080
# SIGTERM has the server answer, or end with a word, whatever is open, and stop within PATHLINE_STANDALONE_STOP_WITHIN: 9s unless it is set,
# a second less than `docker stop` waits. Whoever sets more says so to Docker, too (docker stop -t, stop_grace_period). A
# training stops after the step under way and its snapshot: docker stop -t 180.
CMD ["serve"]

# On a machine with an NVIDIA driver and its container toolkit: docker run --gpus 1. libtorch is the base image's.
FROM ${PYTORCH} AS worker-cuda
COPY --from=runtime /opt/jre /opt/jre
COPY --from=runtime /usr/local/bin/pathline /usr/local/bin/healthy /usr/local/bin/
RUN groupadd --gid 10001 pathline \
    && useradd --uid 10001 --gid 10001 --home-dir /cache --no-create-home --shell /usr/sbin/nologin pathline \
    && mkdir -p /cache /models /images /opt/pathline && chown 10001:10001 /cache /models /images
WORKDIR /opt/pathline
COPY --from=build /layers/inference-worker/natives/ ./
COPY --from=build /layers/inference-worker/dependencies/ ./
COPY --from=build /src/models/ /shipped/
COPY --from=build /layers/inference-worker/application/ ./
ENV JAVA_HOME=/opt/jre \
    PATH=/opt/jre/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    HOME=/cache \
    OPT_OUT_TRACKING=true \
    PYTORCH_LIBRARY_PATH=/opt/conda/lib/python3.11/site-packages/torch/lib \
    PYTORCH_FLAVOR=cu128 \
    PYTORCH_VERSION=2.7.1 \
    DJL_CACHE_DIR=/cache/djl \
    PATHLINE_CACHE=/cache \
    PATHLINE_PROFILES=/cache/profiles \
    PATHLINE_REGISTRY_DIRECTORIES=/models,/shipped \
    PATHLINE_IMAGES_DIRECTORY=/images \
    PATHLINE_MANAGEMENT_PORT=9090
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["pathline"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s CMD ["healthy"]
EXPOSE 9090
LABEL org.opencontainers.image.title="Pathline" \
      org.opencontainers.image.description="A worker of a generation server for diffusion and flow-map models, on CUDA" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"

# Without a target.
FROM standalone
