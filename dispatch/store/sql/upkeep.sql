-- name: clock
SELECT clock_timestamp() AS at;

-- name: data_folder
-- Only some roles may know where it lies; others get NULL, not an error.
SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'MEMBER')
            THEN current_setting('data_directory') END AS folder;

-- name: copies
-- Standbys that follow this server (NULL for a role that may not know), and whether the last file
-- of its log could not be archived.
SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER')
            THEN (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming')
       END AS standbys,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
           AS archive_failing
  FROM pg_stat_archiver;
