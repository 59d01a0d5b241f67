# One image for every service; docker-compose.yml names the program of each.

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Optional packages are Node and Postgres for developers' machines. The compiler needs none, and no install script.
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY migrations ./migrations
COPY libs ./libs
COPY apps ./apps
RUN npm run build \
  && rm -rf dist/apps/standalone \
  && find dist -name '*.tsbuildinfo' -delete

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:26-slim
ENV NODE_ENV=production
# For agents written in Python, each in a virtual environment of its own.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY python ./python
RUN python3 python/install.py && python3 -m compileall -q python
# The aliases of the libraries (#contracts and its like) are in package.json.
COPY package.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY libs/agents/assets ./libs/agents/assets
USER node
