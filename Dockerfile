# RoomTalk as one image: page, API and hub in one process at one port. What is built here is what the tests build and run.

FROM rust:1.95-bookworm AS rust

FROM node:20-bookworm AS build
# The Rust toolchain, beside Node; a C compiler comes with the image.
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:$PATH
COPY --from=rust /usr/local/rustup /usr/local/rustup
COPY --from=rust /usr/local/cargo /usr/local/cargo
WORKDIR /src
COPY . .
RUN cargo xtask dist

FROM debian:bookworm-slim
# Certificates, for a store by https:// or rediss://; tini hands signals on and reaps what is left.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown nobody:nogroup /data
COPY --from=build /src/dist /app
USER nobody:nogroup
WORKDIR /app
# /data is the one place that is written to: compiled components, secrets that were not given, and the embedded store.
ENV HOST=0.0.0.0 HUB_PORT=8080 SINGLE_ORIGIN=true DATA_DIR=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["tini", "--", "/app/bin/roomtalk", "up"]
