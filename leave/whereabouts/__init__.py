"""谁不在岗: who of the people one sees is away, by day and by month, without why."""
