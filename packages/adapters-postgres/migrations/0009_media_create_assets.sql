-- Files that lie with outside providers, and their qualities; lessons point to them.
-- Locks nothing: everything here is new.

create type media.provider as enum ('vimeo', 'youtube', 'bunnycdn', 's3', 'cloudflare');
create type media.asset_type as enum ('video', 'audio', 'document', 'image');
create type media.access_level as enum ('public', 'course_access', 'premium_only');
create type media.upload_status as enum ('pending', 'processing', 'ready', 'error');
create type media.variant_type as enum ('source', 'high', 'medium', 'low', 'thumbnail');
create type media.variant_status as enum ('pending', 'ready', 'error');

create table media.assets (
  id                uuid                not null constraint assets_pkey primary key,
  external_provider media.provider      not null,
  external_id       text                not null collate "C",
  -- Sensitive: where the file lies. Direct clients do not read it.
  external_url      text,
  asset_type        media.asset_type    not null,
  access_level      media.access_level  not null,
  upload_status     media.upload_status not null,
  -- Seconds.
  duration          int constraint assets_duration_counted check (duration >= 0),
  width             int constraint assets_width_counted check (width > 0),
  height            int constraint assets_height_counted check (height > 0),
  -- Bytes.
  file_size         bigint constraint assets_file_size_counted check (file_size >= 0),
  view_count        bigint              not null default 0 constraint assets_view_count_counted check (view_count >= 0),
  last_accessed_at  timestamptz(3),
  uploaded_by       uuid constraint assets_uploaded_by_fkey references public.profiles (id) on delete restrict,
  -- Sensitive: what a provider says while it processes the file.
  processing_data   jsonb,
  created_at        timestamptz(3)      not null default util.now(),
  updated_at        timestamptz(3)      not null default util.now(),
  constraint assets_external_key unique (external_provider, external_id)
);

create index idx_assets_uploaded_by on media.assets (uploaded_by, id);

create table media.asset_variants (
  id              uuid                 not null constraint asset_variants_pkey primary key,
  asset_id        uuid                 not null
    constraint asset_variants_asset_fkey references media.assets (id) on delete cascade,
  variant_type    media.variant_type   not null,
  quality_label   text                 not null,
  -- Sensitive, as the asset's.
  external_url    text                 not null,
  width           int constraint asset_variants_width_counted check (width > 0),
  height          int constraint asset_variants_height_counted check (height > 0),
  file_size_bytes bigint constraint asset_variants_file_size_counted check (file_size_bytes >= 0),
  status          media.variant_status not null,
  created_at      timestamptz(3)       not null default util.now(),
  updated_at      timestamptz(3)       not null default util.now()
);

create index idx_asset_variants_asset on media.asset_variants (asset_id, variant_type);
